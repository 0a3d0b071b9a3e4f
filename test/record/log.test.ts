import { expect, test } from 'vitest';
import { createLog, type Log } from '../../src/record/log.js';

function logged(
  options: { level?: string; forPerson?: boolean },
  use: (log: Log) => void,
): string[] {
  const lines: string[] = [];
  use(
    createLog({
      level: options.level ?? 'info',
      forPerson: options.forPerson ?? false,
      write: (line) => lines.push(line),
    }),
  );
  return lines;
}

test('logs one JSON object a line for a service manager', () => {
  const [line = ''] = logged({}, (log) => {
    log.warn({ reason: 'late', seconds: 2.5 }, 'gap: no sample was taken');
  });
  expect(line.endsWith('}\n')).toBe(true);
  const { time, ...entry } = JSON.parse(line) as Record<string, unknown>;
  expect(entry).toEqual({
    level: 40,
    reason: 'late',
    seconds: 2.5,
    msg: 'gap: no sample was taken',
  });
  expect(Math.abs(Date.parse(String(time)) - Date.now())).toBeLessThan(60_000);
});

test('logs a plain line for a person, with time, level, words and fields', () => {
  const [line] = logged({ forPerson: true }, (log) => {
    log.warn({ near: ['php-fpm8.2'], why: 'ps hangs' }, 'no sample');
  });
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}no sample near=\["php-fpm8\.2"\] why=ps hangs\n$/);
});

test('writes no control character to a terminal, wherever it comes from', () => {
  const [line = ''] = logged({ forPerson: true }, (log) => {
    log.warn({ near: ['a\u{9b}2J', '\u{202e}b'], why: 'ps\u{1b}[31m' }, 'no sample');
  });
  expect(line.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(line).toContain('near=["a\u{fffd}2J","\u{fffd}b"] why=ps\u{fffd}[31m');
});

test.each([true, false])(
  'keeps a name with a line end in one line (for a person: %s)',
  (forPerson) => {
    const lines = logged({ forPerson }, (log) => {
      log.info({ near: ['a\nb'] }, 'waiting');
    });
    expect(lines.join('').split('\n')).toHaveLength(2);
  },
);

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
])('at level %s logs %j and nothing else', (level, expected) => {
  const lines = logged({ level, forPerson: true }, (log) => {
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each](`words`);
  });
  expect(lines.map((line) => line.split(/ +/)[1])).toEqual(expected);
});

test('has written a line when the call returns, so that a crash loses none', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', forPerson: false, write: (line) => lines.push(line) });
  log.info('now');
  expect(lines).toHaveLength(1);
});
