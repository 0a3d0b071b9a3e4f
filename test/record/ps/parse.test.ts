import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_SETS, parsePsOutput, type PsColumns } from '../../../src/record/ps/parse.js';
import { PsError } from '../../../src/record/ps/errors.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { anyCharacter } from '../../builders/any-character.js';

/** What a version of procps printed for the arguments of its columns, with processes made for it; the sessions were put in afterwards. */
function captured(version: string): { version: string; output: string; columns: PsColumns } {
  const precision = version.startsWith('3.') ? 'pcpu' : 'cuu';
  const columns = COLUMN_SETS.find((each) => each.precision === precision);
  if (columns === undefined) throw new Error(`there are no columns with ${precision}`);
  const file = new URL(`../../fixtures/ps/versions/${version}.txt`, import.meta.url);
  return { version, output: readFileSync(file, 'utf8'), columns };
}

const taken = { takenFromBootMs: 10_000, takenToBootMs: 10_020 };

const exact = captured('4.0.2');
const coarse = captured('3.3.17');
const all = [exact, coarse, captured('4.0.4'), captured('4.0.7')];

function parsed({ output, columns }: Pick<typeof exact, 'output' | 'columns'>): Sample[] {
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

test.each(all)('reads every line that ps $version printed', (format) => {
  expect(parsed(format)).toHaveLength(format.output.split('\n').length - 1);
});

test('reads every column of a process', () => {
  expect(only(parsed(exact), 'two-threads')).toEqual({
    taken,
    pid: 6378,
    ppid: 6317,
    sid: 6378,
    uid: 0,
    user: 'root',
    state: 'R',
    nlwp: 2,
    comm: 'two-threads',
    isKernelThread: false,
    etimes: 5,
    times: 6,
    bsdtime: 6,
    pcpu: 131,
    exact: { cuu: 99.999, cuc: 99.999 },
  });
  expect(only(parsed(coarse), 'two-threads')).toMatchObject({
    times: 6,
    bsdtime: 6,
    pcpu: 132,
    exact: null,
  });
});

test.each(all)('reads what ended children used apart from the own ($version)', (format) => {
  const reaper = only(parsed(format), 'reaper');
  expect(reaper).toMatchObject({ times: 0, bsdtime: 1 });
  expect(reaper.pcpu).toBeGreaterThan(29);
  if (reaper.exact !== null) {
    expect(reaper.exact.cuu).toBe(0);
    expect(reaper.exact.cuc).toBeGreaterThan(29);
  }
});

test.each(all)('keeps names as they are ($version)', (format) => {
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

test.each(all)('takes the mark of an ended process off its name ($version)', (format) => {
  const zombies = parsed(format).filter((each) => each.state === 'Z');
  expect(zombies.map((each) => each.comm).sort()).toEqual(['dead', 'perl']);
});

test('takes such a mark from no name of a process that lives', () => {
  const living = coarse.output.replace(/ Z( .*dead <defunct>)/, ' S$1');
  expect(living).not.toBe(coarse.output);
  const comms = parsed({ ...coarse, output: living }).map((each) => each.comm);
  expect(comms).toContain('dead <defunct>');
});

test.each(all)('tells users by uid and name ($version)', (format) => {
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
      fc.string({ unit: anyCharacter, maxLength: 10 }),
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
        const { pid, ppid, uid, etimes, times, bsdtime, pcpu } = sample;
        const numbers = [pid, ppid, uid, etimes ?? 0, times, bsdtime];
        expect(numbers.every((each) => Number.isSafeInteger(each) && each >= 0)).toBe(true);
        expect(pid).toBeGreaterThan(0);
        expect(Number.isFinite(pcpu)).toBe(true);
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
