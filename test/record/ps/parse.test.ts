import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_SETS, type PsColumns } from '../../../src/record/ps/columns.js';
import { PsError } from '../../../src/record/ps/errors.js';
import { parsePsOutput } from '../../../src/record/ps/parse.js';
import type { Sample } from '../../../src/record/ps/sample.js';

/** What procps 4.0.2 printed for the arguments of these columns, with processes made for it. */
function captured(precision: 'cuu' | 'pcpu'): { output: string; columns: PsColumns } {
  const columns = COLUMN_SETS.find((each) => each.precision === precision);
  if (columns === undefined) throw new Error(`there are no columns with ${precision}`);
  const file = new URL(`../../fixtures/ps/${precision}.txt`, import.meta.url);
  return { output: readFileSync(file, 'utf8'), columns };
}

const taken = { takenFromBootMs: 10_000, takenToBootMs: 10_020 };

const exact = captured('cuu');
const coarse = captured('pcpu');

function parsed({ output, columns }: typeof exact): Sample[] {
  return [...parsePsOutput(output, columns, taken).values()];
}

function only(samples: Sample[], comm: string): Sample {
  const [found, ...more] = samples.filter((each) => each.comm === comm);
  if (found === undefined || more.length > 0) throw new Error(`not one ${comm}`);
  return found;
}

function codeOf(output: string, columns = exact.columns): string {
  try {
    parsePsOutput(output, columns, taken);
    return 'none';
  } catch (error) {
    if (error instanceof PsError) return error.code;
    throw error;
  }
}

test.each([exact, coarse])('reads every line that ps printed ($columns.precision)', (format) => {
  expect(parsed(format)).toHaveLength(format.output.split('\n').length - 1);
});

test('reads every column of a process', () => {
  expect(only(parsed(exact), 'two-threads')).toEqual({
    taken,
    pid: 18502,
    ppid: 18383,
    uid: 0,
    user: 'root',
    state: 'S',
    nlwp: 2,
    comm: 'two-threads',
    etimes: 4,
    times: 7,
    utilization: { column: 'cuu', percent: 99.999 },
    withReaped: { bsdtime: 7, cuc: 99.999, pcpu: 189 },
  });
  expect(only(parsed(coarse), 'two-threads')).toMatchObject({
    times: 9,
    utilization: { column: 'pcpu', percent: 189 },
    withReaped: null,
  });
});

test('reads what ended children used apart from what the process used itself', () => {
  expect(only(parsed(exact), 'reaper')).toMatchObject({
    times: 0,
    utilization: { percent: 0 },
    withReaped: { bsdtime: 1, cuc: 7.769, pcpu: 7.7 },
  });
});

test.each([exact, coarse])('keeps names as they are ($columns.precision)', (format) => {
  const comms = parsed(format).map((each) => each.comm);
  expect(comms).toEqual(
    expect.arrayContaining([
      'a) b [c] (d',
      ' leading',
      'trailing  ',
      '',
      'php-fpm8.2',
      'rcu_exp_par_gp_kthread_worker/0',
    ]),
  );
});

test('sees no control character in a name: ps has replaced them', () => {
  const comms = parsed(exact).map((each) => each.comm);
  expect(comms).toEqual(expect.arrayContaining(['esc.[2J.row', 'tab.here', '??iga-proc']));
  expect(comms.join('')).toMatch(/^[ -~]*$/);
});

test('takes the mark of an ended process off its name, and from no other name', () => {
  const zombies = parsed(exact).filter((each) => each.state === 'Z');
  expect(zombies.map((each) => each.comm).sort()).toEqual(['dead', 'perl']);
  const living = exact.output.replace(/ Z( .*<defunct>)/, ' S$1');
  expect(parsed({ ...exact, output: living }).map((each) => each.comm)).toContain('dead <defunct>');
});

test.each([exact, coarse])('tells users by uid and name ($columns.precision)', (format) => {
  const users = Object.fromEntries(parsed(format).map((each) => [each.uid, each.user]));
  expect(users).toEqual({
    0: 'root',
    1001: '??iga',
    // A name of 33 characters and more, and no name at all.
    47001: '47001',
    47003: '47003',
    47002: 'john doe of directory',
    47004: 'w'.repeat(32),
    1200001234: '1200001234',
    // ps prints it as -2.
    4294967294: '4294967294',
  });
});

test('reads a user name that a newer ps has cut', () => {
  const cut = `${'w'.repeat(31)}+`;
  const output = exact.output.replace('w'.repeat(32), cut);
  expect(parsed({ ...exact, output }).filter((each) => each.user === cut)).toHaveLength(1);
});

test('calls a user without a name by the uid', () => {
  const output = exact.output.replace('john doe of directory', ' '.repeat(21));
  expect(parsed({ ...exact, output }).find((each) => each.uid === 47002)?.user).toBe('47002');
});

test.each([
  ['days, hours, minutes, seconds', '12-03:04:05', 12 * 86_400 + 3 * 3_600 + 4 * 60 + 5],
  ['hours, minutes, seconds', '23:59:59', 86_399],
])('reads CPU time of %s', (_, time, seconds) => {
  const row = coarse.output.split('\n')[0]?.replace('00:00:00', time) ?? '';
  expect(parsed({ ...coarse, output: `${row}\n` })[0]?.times).toBe(seconds);
});

test('takes the first of two rows of one pid: the second is a thread', () => {
  const [row = ''] = exact.output.split('\n');
  const thread = row.replace(/ 0 +0:00/, (text) => text.replace(' 0 ', '77 '));
  expect(thread).not.toBe(row);
  expect(parsed({ ...exact, output: `${row}\n${thread}\n` }).map((each) => each.times)).toEqual([
    0,
  ]);
});

test.each([
  ['nothing', ''],
  ['an empty line', '\n'],
  ['an output that was cut within a line', exact.output.slice(0, -5)],
  ['an output that lacks its last line end', exact.output.slice(0, -1)],
  ['a line of another kind', `${exact.output}error: something\n`],
  ['a line of another kind between rows', exact.output.replace('\n', '\nWarning: bad data\n')],
  ['a header', `  PID  PPID   UID USER\n${exact.output}`],
  ['a process 0', exact.output.replace('    2     0 ', '    0     0 ')],
  ['a number that no column holds', exact.output.replace(/ 0:00 /, ` ${'9'.repeat(400)}:00 `)],
  ['the other set of columns', coarse.output],
])('refuses %s', (_, output) => {
  expect(codeOf(output)).toBe('PS_RUBBISH');
});

test('shows no more than the beginning of a line that can’t be read', () => {
  expect(() => parsePsOutput(`${'x'.repeat(1_000)}\n`, exact.columns, taken)).toThrow(/^.{1,150}$/);
});

test('any change of a good output is either refused or gives samples with sound numbers', () => {
  const anyFormat = fc.constantFrom(exact, coarse);
  const anyEdit = fc.record({
    at: fc.nat({ max: exact.output.length }),
    removed: fc.nat({ max: 40 }),
    inserted: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.stringMatching(/^[-0-9 .:\nZS]{0,30}$/),
    ),
  });
  fc.assert(
    fc.property(anyFormat, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), (format, edits) => {
      const output = edits.reduce(
        (text, { at, removed, inserted }) =>
          text.slice(0, at) + inserted + text.slice(at + removed),
        format.output,
      );
      if (codeOf(output, format.columns) === 'PS_RUBBISH') return;
      for (const sample of parsed({ ...format, output })) {
        const { pid, ppid, uid, etimes, times, utilization } = sample;
        const numbers = [pid, ppid, uid, etimes, times, sample.withReaped?.bsdtime ?? 0];
        expect(numbers.every((each) => Number.isSafeInteger(each) && each >= 0)).toBe(true);
        expect(pid).toBeGreaterThan(0);
        expect(Number.isFinite(utilization.percent)).toBe(true);
        expect(sample.user).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('an output that was cut anywhere is refused, unless it was cut between two lines', () => {
  fc.assert(
    fc.property(fc.nat({ max: exact.output.length }), (length) => {
      const output = exact.output.slice(0, length);
      expect(codeOf(output)).toBe(output.endsWith('\n') ? 'none' : 'PS_RUBBISH');
    }),
  );
});
