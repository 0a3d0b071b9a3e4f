import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toNagios, toNagiosFailure } from '../../../src/report/formats/nagios.js';
import type { CheckResult } from '../../../src/report/models/check.js';
import { anyCharacter } from '../../builders/any-character.js';
import { JournalBuilder } from '../../builders/journal.js';
import { startCli } from '../../cli.js';
import { temporaryFolder } from '../../temporary-folder.js';

const THRESHOLDS = { warningPercent: 80, criticalPercent: 100, projected: false };
const DAY = '2026-03-27';

/** One line; after the bar, 'label'=value[UOM];[warn];[crit], with a space between. */
const DATUM = String.raw`'[^'=|]+'=-?[0-9]+(\.[0-9]+)?%;[0-9.]+;[0-9.]+`;
const LINE = new RegExp(
  String.raw`^PSUSAGE (OK|WARNING|CRITICAL|UNKNOWN): [^|\n]+( \| ${DATUM}( ${DATUM})*)?\n$`,
);

/** What Nagios reads of a plugin. */
const MOST_BYTES = 8_192;

let journal: JournalBuilder;
beforeAll(() => {
  journal = new JournalBuilder()
    .run({ from: '2026-03-26T23:00:00Z', to: '2026-03-28T10:00:00Z', endReason: null })
    .user(1_001, 'foo_com')
    .user(1_002, "o'br=ien|")
    .usage({ at: `${DAY}T09:00:00Z`, uid: 1_001, started: 1, cpuMs: 18_000_000 })
    .usage({ at: `${DAY}T09:00:00Z`, uid: 1_002, started: 1, cpuMs: 1_000_000 })
    .close();
});
afterAll(() => {
  journal.remove();
});

async function plugin(...args: string[]): Promise<{ code: unknown; stdout: string }> {
  const run = startCli([
    ...['report', '--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC'],
    ...['--format', 'nagios', '--check', '80,100', ...args],
  ]);
  return { code: await run.ended, stdout: run.stdout() };
}

test('a plugin ends with 0 where all are within, 1 for a warning, 2 for critical and 3 where it is not known', async () => {
  expect(await plugin('--day', DAY)).toEqual({
    code: 0,
    stdout:
      "PSUSAGE OK: 2 users below 80 % of one vCPU | 'foo_com'=20.83%;80;100 'o%27br%3dien%7c'=1.16%;80;100\n",
  });
  expect(await plugin('--day', DAY, '--budget', '350c')).toMatchObject({ code: 1 });
  expect(await plugin('--day', DAY, '--budget', '300c')).toMatchObject({ code: 2 });
  expect(await plugin('--day', '2026-03-26')).toEqual({
    code: 3,
    stdout: 'PSUSAGE UNKNOWN: only 4.16 % of the time was recorded\n',
  });
});

test('a plugin says on stdout what went wrong, and ends with 3', async () => {
  expect(await plugin('--journal', '/no/such.db')).toEqual({
    code: 3,
    stdout: expect.stringMatching(LINE) as string,
  });
  expect(await plugin('--top', '1')).toEqual({
    code: 3,
    stdout: 'PSUSAGE UNKNOWN: --check always checks every user\n',
  });
});

test('what is wrong on the command line, in the config file or with the output is unknown too', async () => {
  const config = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(config, '[report]\nbuget = "20%"\n');
  for (const args of [
    ['--check', '80'],
    ['--bogus'],
    ['--config', config],
    ['--output', '/no/such/folder/file'],
  ]) {
    expect(await plugin('--day', DAY, ...args)).toEqual({
      code: 3,
      stdout: expect.stringMatching(LINE) as string,
    });
  }
});

test('where nothing can be projected the text does not speak of midnight', async () => {
  const { stdout } = await plugin('--day', DAY, '--projected');
  expect(stdout).toContain('2 users below 80 % of one vCPU |');
});

const USERS = fc.array(
  fc.record({
    state: fc.constantFrom('ok', 'warning', 'critical'),
    percent: fc.double({ min: 0, max: 1e9, noNaN: true }),
    isProjected: fc.boolean(),
    row: fc.record({ key: fc.string({ minLength: 1, maxLength: 32, unit: anyCharacter }) }),
    costliest: fc.array(
      fc.record({
        command: fc.string({ minLength: 1, maxLength: 15, unit: anyCharacter }),
        ...{ pid: fc.nat(), cpuMs: fc.nat() },
      }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 300 },
);

test('whatever the users are called, it is a line that the guidelines allow, and no longer than what is read', () => {
  fc.assert(
    fc.property(USERS, fc.constantFrom(undefined, 'only 3 % was recorded'), (users, unknown) => {
      const state = unknown === undefined ? 'ok' : 'unknown';
      const result = { state, users, unknown } as unknown as CheckResult;
      const { text } = toNagios(result, THRESHOLDS);
      expect(text).toMatch(LINE);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
    }),
  );
  expect(toNagiosFailure('a\nb | c').text).toMatch(LINE);
});

test('whatever two users are called, they have two labels', () => {
  const name = fc.string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom('a', '=', '|', "'", '_', '%', '2', '7', '\n', '\u{fffd}'),
  });
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 50 }), (names) => {
      const users = names.map((key) => ({ row: { key }, percent: 1, state: 'ok' }));
      const { text } = toNagios({ state: 'ok', users } as unknown as CheckResult, THRESHOLDS);
      const labels = text.match(new RegExp(DATUM, 'g'));
      expect(new Set(labels).size).toBe(names.length);
    }),
  );
});
