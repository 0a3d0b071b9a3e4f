import { expect, test } from 'vitest';
import { chooseLogStyle, createLog, type Log, type LogStyle } from '../../src/record/log.js';

function logged(options: { level?: string; style?: LogStyle }, use: (log: Log) => void): string[] {
  const lines: string[] = [];
  use(
    createLog({
      level: options.level ?? 'info',
      style: options.style ?? 'json',
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
  const [line] = logged({ style: 'text' }, (log) => {
    log.warn({ near: ['php-fpm8.2'], why: 'ps hangs' }, 'no sample');
  });
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}no sample near=\["php-fpm8\.2"\] why=ps hangs\n$/);
});

test('writes no control character to a terminal, wherever it comes from', () => {
  const [line = ''] = logged({ style: 'text' }, (log) => {
    log.warn({ near: ['a\u{9b}2J', '\u{202e}b'], why: 'ps\u{1b}[31m' }, 'no sample');
  });
  expect(line.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(line).toContain('near=["a\u{fffd}2J","\u{fffd}b"] why=ps\u{fffd}[31m');
});

test.each(['json', 'text', 'systemd'] as const)(
  'keeps a name with a line end in one line (%s)',
  (style) => {
    const lines = logged({ style }, (log) => {
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
  const lines = logged({ level, style: 'text' }, (log) => {
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each](`words`);
  });
  expect(lines.map((line) => line.split(/ +/)[1])).toEqual(expected);
});

test('gives systemd’s journal the priority of each line, and no time or level beside its own', () => {
  const lines = logged({ level: 'debug', style: 'systemd' }, (log) => {
    for (const each of ['debug', 'info', 'warn', 'error'] as const)
      log[each]({ seconds: 2 }, 'gap');
  });
  expect(lines).toEqual([7, 6, 4, 3].map((priority) => `<${priority}>gap seconds=2\n`));
});

test.each([
  ['JSON into a pipe', {}, 'json'],
  ['text on a terminal', { isTerminal: true }, 'text'],
  ['priorities in systemd’s journal', { isSystemdJournal: true }, 'systemd'],
  [
    'JSON in systemd’s journal where it is wanted',
    { isSystemdJournal: true, format: 'json' },
    'json',
  ],
  ['JSON on a terminal where it is wanted', { isTerminal: true, format: 'json' }, 'json'],
  ['text into a pipe where it is wanted', { format: 'text' }, 'text'],
] as const)('writes %s', (_, target, style) => {
  const elsewhere = { format: undefined, isTerminal: false, isSystemdJournal: false };
  expect(chooseLogStyle({ ...elsewhere, ...target })).toBe(style);
});

test('has written a line when the call returns, so that a crash loses none', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', style: 'json', write: (line) => lines.push(line) });
  log.info('now');
  expect(lines).toHaveLength(1);
});
