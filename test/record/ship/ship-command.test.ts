import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalBuilder } from '../../builders/journal.js';
import { startCli, until } from '../../cli.js';
import { startFaultyServer } from '../../servers/faulty.js';
import { canBecomeNobody, NOBODY } from '../../shared/journal/other-process.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { journalOf, record } from './journal-to-ship.js';
import { ended, PASSWORD, secretFile, ship as shipJournal } from './ship-command.js';

let journal: JournalBuilder;
beforeEach(() => {
  journal = journalOf([
    record({ pid: 1 }),
    record({ pid: 2, user: 'bar_org', uid: 1_002 }),
  ]).close();
  return () => {
    journal.remove();
  };
});

const ship = (args: string[], env: Record<string, string> = {}) => shipJournal(journal, args, env);
const NOWHERE = ['--url', 'http://127.0.0.1:9', '--database', 'psusage'];
const as = (file: string) => ['--username', 'admin', '--password-file', file];

it('ends with 1 for a server that is not there, says why, and keeps everything', async () => {
  const { code, stdout, stderr } = await ship(NOWHERE);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^sent 0 records, 2 left, 0 set aside/);
  expect(stderr).toMatch(/^psusage: .*ECONNREFUSED.*; 2 records wait for the next run\n$/);
});

describe('status tells as a problem that ship failed', () => {
  const status = async () => {
    const run = startCli(['status', '--journal', journal.path, '--format', 'json']);
    const { code, stdout } = await ended(run);
    const { problems, shipping } = JSON.parse(stdout) as {
      problems: string[];
      shipping: Record<string, string | null>;
    };
    return { code, problems: problems.join('\n'), shipping };
  };
  const config = (text: string) => {
    const path = join(temporaryFolder(), 'psusage.toml');
    writeFileSync(path, text);
    return ['--config', path];
  };

  it('but not where nobody ever called it, nor once it went well', async () => {
    expect((await status()).problems).not.toContain('ship');
    await ship(NOWHERE);
    const server = await startFaultyServer(() => ({ status: 204 }));
    await ship(['--url', server.url, '--database', 'psusage']);
    await server.stop();
    const { problems, shipping } = await status();
    expect(problems).not.toContain('ship');
    expect(shipping).toMatchObject({ failingSince: null, failure: null });
    expect(shipping['succeededAt']).not.toBe(null);
  });

  it.each<[string, () => string[], Record<string, string>, RegExp]>([
    ['a server that is not there', () => NOWHERE, {}, /127.0.0.1:9 database psusage: .*ECONNREF/],
    ['no password file', () => [...NOWHERE, ...as('/nowhere')], {}, /no file at \/nowhere/],
    ['no server', () => [], {}, /no server is given/],
    ['a URL that is none', () => ['--url', 'ftp://x', '--database', 'x'], {}, /not an http/],
    ['a config file that is not TOML', () => config('[ship\n'), {}, /psusage.toml: line 1/],
    ['an unknown key', () => config('[ship]\nbatches = 1\n'), {}, /unknown key 'batches'/],
    [
      'a flag that is none',
      () => [...NOWHERE, '--remind-evry', '1h'],
      {},
      /option '--remind-evry'/,
    ],
    ['no number in a variable', () => NOWHERE, { PSUSAGE_BATCH: 'x' }, /PSUSAGE_BATCH/],
    ['a variable', () => NOWHERE, { PSUSAGE_RETRY_QUARANTINE: 'x' }, /PSUSAGE_RETRY_QUARANTINE/],
  ])('before or with the first request: %s', async (_, args, env, why) => {
    const failed = await ship(args(), env);
    expect(failed.code).toBeGreaterThan(0);
    const { code, problems, shipping } = await status();
    expect(code).toBe(1);
    expect(problems).toMatch(/shipping has failed since/);
    expect(problems).toMatch(why);
    expect(shipping['failure']).not.toBe(null);
  });
});

it('tells a failure that goes on on stdout until it is time to tell it again', async () => {
  const args = [...NOWHERE, '--remind-every', '1h'];
  expect((await ship(args)).stderr).toContain('ECONNREFUSED');
  expect(await ship(args)).toMatchObject({
    ...{ code: 1, stderr: '', stdout: expect.stringContaining('ECONNREFUSED') as string },
  });
  const unnamed = ['--database', 'psusage', '--remind-every', '1h'];
  expect((await ship(unnamed)).stderr).toContain('no server is given');
  expect(await ship(unnamed)).toMatchObject({ code: 2, stderr: '' });
  const file = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(file, '[ship]\nbatches = 1\n');
  expect(await ship([...args, '--config', file])).toMatchObject({
    ...{ code: 2, stderr: '', stdout: expect.stringContaining("unknown key 'batches'") as string },
  });
});

it.each([
  ['no server', [], /no server is given[^]*--url http:\/\/localhost:8086 --database psusage/],
  ['a password in the URL', ['--url', 'http://a:b@localhost', '--database', 'x'], /password/],
  ['a day that is none', ['--since', '2026-02-30'], /no day '2026-02-30'/],
  ['a day to come', ['--since', '2999-01-01'], /future/],
  ['a batch of none', ['--batch', '0'], /whole number from 1/],
  ['a time without a unit', ['--max-time', '5'], /not a duration/],
  ['two things at once', ['--dry-run', '--quarantine'], /cannot be used with/],
])('ends with 2 for %s', async (_, args, why) => {
  const { code, stderr } = await ship(args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(why) as string });
});

it('refuses a file that others can read, with the command that mends it', async () => {
  const file = secretFile(PASSWORD, 0o644);
  const { code, stderr } = await ship([...NOWHERE, ...as(file)]);
  expect(code).toBe(2);
  expect(stderr).toContain(`hint: chmod o-r ${file}`);
  expect(stderr).not.toContain(PASSWORD);
});

describe.runIf(canBecomeNobody())(
  'a journal of another user than root (needs root, and a checkout that others may enter)',
  () => {
    const lock = () => `${journal.path}-ship-lock`;
    const asNobody = () =>
      shipJournal(journal, NOWHERE, {}, { uid: NOBODY, gid: NOBODY, cwd: '/' });
    beforeEach(() => {
      for (const path of [journal.folder, journal.path]) chownSync(path, NOBODY, NOBODY);
    });

    it('keeps a lock of that user, also when root has shipped', async () => {
      await ship(NOWHERE);
      expect(statSync(lock())).toMatchObject({ uid: NOBODY, gid: NOBODY });
      expect((await asNobody()).stderr).toContain('ECONNREFUSED');
    });

    it('is not shipped without a lock that holds', async () => {
      writeFileSync(lock(), '');
      chmodSync(lock(), 0o644);
      const { code, stderr } = await asNobody();
      expect(code).toBe(1);
      expect(stderr).toContain(`${lock()} is not writable for this user`);
      expect(stderr).toContain(`hint: give it to the owner of the journal: chown --reference`);
    });
  },
);

it('lists what was refused whatever stands in the environment', async () => {
  const env = { PSUSAGE_RESEND: '1m', PSUSAGE_RETRY_QUARANTINE: '1' };
  expect(await ship(['--quarantine'], env)).toMatchObject({ code: 0 });
  expect(await ship(['--dry-run'], env)).toMatchObject({ code: 0 });
});

it('ends with 1 where there is no journal, and makes none', async () => {
  const path = join(temporaryFolder(), 'none.db');
  const run = startCli(['ship', '--journal', path, ...NOWHERE]);
  expect(await ended(run)).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining(`there is no journal at ${path}`) as string },
  });
  expect(existsSync(path)).toBe(false);
});

it('shows the lines that would go, and neither sends anything nor gives a record its point', async () => {
  const dry = await ship(['--dry-run']);
  expect(dry.code).toBe(0);
  expect(dry.stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^cpu_credit,host=web1,program=php-fpm,user=foo_com command="php-fpm8.2",/,
    ),
    expect.stringMatching(
      /^cpu_credit,host=web1,program=php-fpm,user=bar_org command="php-fpm8.2",/,
    ),
    '',
  ]);
  expect(await ship(['--dry-run'])).toEqual(dry);
  const metrics = await ship(['--dry-run', '--server', 'victoriametrics']);
  expect(metrics.stdout).not.toContain('command');
});

it('shows the lines as they go afterwards', async () => {
  journal.remove();
  journal = journalOf(
    Array.from({ length: 40 }, (_, at) => record({ pid: at + 1, toMs: record().toMs + (at % 3) })),
  ).close();
  const { stdout } = await ship(['--dry-run']);
  const server = await startFaultyServer(() => ({ status: 204 }));
  await ship(['--url', server.url, '--database', 'psusage']);
  await server.stop();
  expect(server.requests.flatMap(({ lines }) => lines)).toEqual(stdout.trimEnd().split('\n'));
});

it('says nothing and ends well when nothing was refused', async () => {
  expect(await ship(['--quarantine'])).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('warns of a token that goes to another machine unencrypted', async () => {
  const { stderr } = await ship(
    ['--url', 'http://192.0.2.1:8086', '--bucket', 'b', '--max-time', '1s'],
    { PSUSAGE_INFLUX_TOKEN: 't0ken' },
  );
  expect(stderr).toContain('the token is sent unencrypted to http://192.0.2.1:8086');
  expect(stderr).not.toContain('t0ken');
});

it('shows no secret to ps, and leaves none in the journal', async () => {
  const server = await startFaultyServer(() => 'hang');
  const run = startCli([
    ...['ship', '--journal', journal.path, '--url', server.url, '--database', 'psusage'],
    ...as(secretFile(PASSWORD)),
  ]);
  await until(() => server.requests.length > 0);
  const ps = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(run.child.pid)]).toString();
  expect(ps).toContain('--password-file');
  expect(ps).not.toContain(PASSWORD);
  run.child.kill('SIGTERM');
  expect(await ended(run)).toMatchObject({ code: 1 });
  await server.stop();
  const journalText = execFileSync('cat', [journal.path]).toString('latin1');
  expect(journalText).not.toContain(PASSWORD);
});
