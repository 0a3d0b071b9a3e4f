import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defineReport } from '../../src/report/command.js';
import { VIEWS } from '../../src/report/all-views.js';
import { RULES } from '../../src/report/option-rules.js';
import { readOptions, SORT_COLUMNS } from '../../src/report/options.js';
import { type Caller, readQuery } from '../../src/report/read-query.js';
import { UsageError } from '../../src/shared/errors.js';

const CALLER: Caller = {
  readOwnUser: () => ({ kind: 'own', uid: 1001, name: 'foo_com' }),
  stdoutIsTerminal: false,
};

/** Options as they are written, by where they stand. */
interface Written {
  cli?: string;
  env?: string;
  config?: string;
}

function parse(line: string): Command {
  const command = new Command('report')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  defineReport(command);
  command.action(() => undefined);
  return command.parse(line === '' ? [] : line.split(' '), { from: 'user' });
}

function queryOf(written: string | Written, caller: Partial<Caller> = {}) {
  const { cli = '', ...others } = typeof written === 'string' ? { cli: written } : written;
  const command = parse(cli);
  for (const [source, line] of Object.entries(others)) {
    const other = parse(line);
    for (const name of Object.keys(other.opts())) {
      const isGiven = other.getOptionValueSource(name) === 'cli';
      if (!isGiven || command.getOptionValueSource(name) === 'cli') continue;
      command.setOptionValueWithSource(name, other.getOptionValue(name), source);
    }
  }
  const { view, query } = readQuery(readOptions(command), { ...CALLER, ...caller });
  return { ...query, view: view.name };
}

function refusalOf(written: string | Written, caller?: Partial<Caller>): UsageError {
  try {
    queryOf(written, caller);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function isRefused(line: string): boolean {
  try {
    queryOf(line);
    return false;
  } catch (error) {
    if (error instanceof UsageError) return true;
    throw error;
  }
}

const flagOf = (line: string) => line.split(' ')[0] ?? '';

const OPTIONS = [
  ...['user', 'program', 'command', 'host', 'hour', 'process', 'day'].map((by) => `--by ${by}`),
  ...SORT_COLUMNS.map((column) => `--sort ${column}`),
  ...['--user foo', '--mine', '--top 3', '--verbose', '--budget 1c', '--check 80,100'],
  ...['--projected', '--days 30', '--ledger', '--fit', '--force', '--baseline 20%'],
  ...['--mode standard', '--week', '--month last', '--hours 24', '--at 14:32'],
  ...['--source influx', '--server influxdb', '--url http://localhost:8086', '--org o'],
  ...['--bucket b', '--token-file f', '--database d', '--username u', '--password-file f'],
];

const CONNECTION =
  '--server, --url, --org, --bucket, --token-file, --database, --username, --password-file';
const CREDITS = '--baseline, --mode';
const PROCESSES = '--sort processes, --sort budget, --sort left, --sort short-lived';

/** By the line that chooses a view, which options it refuses; a flag alone stands for all its values. */
const REFUSED_BY_VIEW: Record<string, string> = {
  '--format html --ledger': `--at, --by program, --by command, --by host, --by hour, --by process, --by day, --sort, --verbose, --check, --projected, --days, --hours, --fit, --force, --source, ${CONNECTION}`,
  '--format html': `--at, --by program, --by command, --by host, --by hour, --by process, --by day, --sort, --verbose, --check, --projected, --days, --hours, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--format prometheus': `--at, --by program, --by command, --by host, --by hour, --by process, --by day, --sort, --user, --mine, --verbose, --check, --projected, --days, --week, --month, --hours, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--at 14:32': `--by user, --by program, --by command, --by host, --by process, --by hour, --by day, --sort processes, --sort budget, --sort left, --sort short-lived, --sort capacity, --sort name, --verbose, --budget, --check, --projected, --days, --week, --month, --hours, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--days 30': `--at, --week, --month, --hours, --by host, --by hour, --by process, ${PROCESSES}, --check, --projected, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--fit': `--at, --hours, --by, --sort, --user, --mine, --top, --verbose, --budget, --check, --projected, --days, --ledger, ${CREDITS}, --source, ${CONNECTION}`,
  '--ledger': `--at, --hours, --by, --sort processes, --sort budget, --sort short-lived, --verbose, --budget, --check, --projected, --days, --fit, --force, --source, ${CONNECTION}`,
  '--hours 24': `--at, --by user, --by program, --by command, --by host, --by process, --by day, --sort cpu-time, --sort util-seconds, ${PROCESSES}, --sort capacity, --sort name, --top, --budget, --check, --projected, --days, --week, --month, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--mine': `--by host, --sort budget, --sort left, --user, --projected, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--user foo': `--by host, --sort budget, --sort left, --mine, --projected, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--by day': `--at, --hours, --sort cpu-time, --sort util-seconds, ${PROCESSES}, --sort capacity, --sort name, --top, --budget, --check, --projected, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--by hour': `--at, --sort cpu-time, --sort util-seconds, ${PROCESSES}, --sort capacity, --sort name, --top, --check, --projected, --days, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--by process': `--at, --hours, ${PROCESSES}, --sort capacity, --sort name, --check, --projected, --days, --ledger, --fit, --force, ${CREDITS}, --source, ${CONNECTION}`,
  '--source influx': `--at, --hours, --by command, --by hour, --by process, --by day, --sort processes, --sort budget, --sort left, --user, --mine, --projected, --days, --ledger, --fit, --force, ${CREDITS}`,
  '': `--sort budget, --sort left, --projected, --force, ${CREDITS}, ${CONNECTION}`,
};

type Refused = [line: string, message: string, hint?: string];

/** What follows from the table of views. */
const REFUSED: Refused[] = [
  [
    '--days 30 --source influx',
    "--days needs a machine's own journal",
    'a database does not know processes, commands, vCPUs or gaps: leave out --source influx',
  ],
  ['--mine --fit', '--fit always shows every user', 'leave out --mine or --fit'],
  ['--user foo --fit', '--fit always shows every user', 'leave out --user or --fit'],
  ['--ledger --fit', '--ledger cannot be combined with --fit', 'leave out one of the two'],
  [
    '--days 30 --by hour',
    '--by hour cannot be combined with --days',
    'name the days with --from and --to instead of --days',
  ],
  [
    '--format html --check 80,100',
    '--check has no effect with --format html',
    'a page always has the users and the trend; leave the option out',
  ],
  ['--ledger --by program', '--by has no effect with --ledger', 'leave out one of the two'],
  [
    '--source influx --by command',
    '--by command has no effect with --source influx',
    'use --by user, program or host',
  ],
  [
    '--by process --sort left',
    '--sort left has no effect with --by process',
    'use --sort credits, cpu-time or util-seconds',
  ],
  ['--by hour --sort name', '--sort name has no effect with --by hour', 'leave out one of the two'],
  [
    '--ledger --check 80,100 --format nagios',
    '--check has no effect with --ledger',
    'leave out one of the two',
  ],
  ['--baseline 20%', '--baseline needs --ledger'],
  ['--format html --mode unlimited', '--mode needs --ledger'],
  [
    '--format prometheus --mine',
    '--format prometheus always shows every user',
    'leave out --mine or --format prometheus',
  ],
  [
    '--format prometheus --check 80,100',
    '--check has no effect with --format prometheus',
    'leave out one of the two',
  ],
  ['--ledger --token-file f', '--token-file needs --source influx'],
];

const ONE_PERIOD = 'name one day with --day, or several with --from and --to';
const LAST_DAYS = '--days always ends today; use --from and --to for other days';

/** Two ways to name the time. */
const REFUSED_PERIODS: Refused[] = [
  ['--days 30 --day', '--days cannot be combined with --day', LAST_DAYS],
  ...['--from 2026-03-01', '--from 2026-03-01 --to 2026-03-02'].map((range): Refused => [
    `--days 30 ${range}`,
    '--days cannot be combined with --from and --to',
    LAST_DAYS,
  ]),
  ...['--from 2026-03-01', '--to 2026-03-02'].map((line): Refused => [
    `--day ${line}`,
    '--day cannot be combined with --from and --to',
    ONE_PERIOD,
  ]),
  ['--days 30 --week', '--days cannot be combined with --week', LAST_DAYS],
  ['--hours 24 --month', '--hours cannot be combined with --month', ONE_PERIOD],
  ['--week --month', '--week cannot be combined with --month', ONE_PERIOD],
  ['--week last --day', '--week cannot be combined with --day', ONE_PERIOD],
  ['--month --to 2026-03-02', '--month cannot be combined with --from and --to', ONE_PERIOD],
];

/** What has a reason of its own. */
const REFUSED_BY_RULE: Refused[] = [
  ...['--sort left', '--sort budget --by program'].map((line): Refused => [
    line,
    '--sort budget and --sort left need budgets of users',
    'set them with --budget, such as --budget 20%, and leave out --by',
  ]),
  ['--to 2026-03-02', '--to needs a --from', 'name the first day too'],
  [
    '--mine --user foo',
    '--mine cannot be combined with --user',
    '--mine shows your own usage, --user that of the named user',
  ],
  ...['--top 3', '--sort name'].map((line): Refused => [
    `--days 30 --by day ${line}`,
    '--by day always shows all days, in order',
    'leave out --top and --sort',
  ]),
  ...['--user foo', '--mine'].map((line): Refused => [
    `${line} --by host`,
    '--by host adds up all users of a host',
    'leave out --by host, or --user and --mine',
  ]),
  ['--projected', '--projected needs --check', 'such as --check 80,100 --projected'],
  ...['--format nagios', '--format nagios --ledger', '--format nagios --by hour'].map(
    (line): Refused => [
      line,
      '--format nagios needs --check',
      'such as --check 80,100 --format nagios',
    ],
  ),
  ...['--from 2026-03-01', '--week', '--month last'].map((line): Refused => [
    `--at 14:32 ${line}`,
    '--at is a minute of one day',
    'name the day with --day, such as --day yesterday',
  ]),
  ...['--day yesterday', '--from 2026-03-01', '--hours 3', '--days 30'].map((line): Refused => [
    `--format prometheus ${line}`,
    '--format prometheus always has today, and counters of all time',
    'name no other days',
  ]),
  ['--check 80,100 --top 3', '--check always checks every user', 'leave out --top'],
  [
    '--check 80,100 --by program',
    '--check needs --by user: only users have budgets',
    'leave out --by',
  ],
  ...['--sort name', '--verbose'].map((line): Refused => [
    `--check 80,100 ${line}`,
    '--sort and --verbose have no effect with --check',
    'it prints one line for each user, the worst first',
  ]),
  ...[
    ...['--by program', '--by command', '--by host', '--days 30 --by day'],
    ...['--source influx --by host', '--days 30 --by program'],
  ].map((line): Refused => [
    `${line} --budget 20%`,
    '--budget works only with --by user',
    'only users have budgets: leave out one of the two',
  ]),
  [
    '--source influx --server victoriametrics --sort short-lived',
    '--sort short-lived: this server does not know the CPU time of short-lived processes',
    'sort by --sort credits instead',
  ],
  [
    '--source influx --budget uid:1001=288c',
    '--budget with a uid: a database does not know uids',
    'use the name of the user: --budget foo_com=288c',
  ],
];

const ON_A_TERMINAL: Refused = [
  '--format html',
  'a page cannot be shown on a terminal',
  'write it to a file: --output day.html',
];
const WITHOUT_UIDS: Refused = [
  '--mine',
  '--mine needs a system on which users have a uid',
  'name one with --user',
];

describe('options that do not go together', () => {
  it.each([...REFUSED, ...REFUSED_PERIODS, ...REFUSED_BY_RULE])('%s: %s', (line, message, hint) => {
    expect(refusalOf(line)).toMatchObject({ message, hint });
  });

  it.each(Object.entries(REFUSED_BY_VIEW))('with %j: %s', (line, refused) => {
    const options = OPTIONS.filter((option) => flagOf(option) !== flagOf(line));
    const expected = refused.split(', ');
    const isExpected = (option: string) =>
      expected.includes(option) || expected.includes(flagOf(option));
    expect(options.filter((option) => isRefused(`${line} ${option}`.trim()))).toEqual(
      options.filter(isExpected),
    );
  });

  it('have a line here for each view', () => {
    const lines = Object.keys(REFUSED_BY_VIEW);
    const chosen = lines.map((line) => readQuery(readOptions(parse(line)), CALLER).view);
    expect(chosen).toEqual(VIEWS);
  });

  it('are those of a page on a terminal', () => {
    const [line, message, hint] = ON_A_TERMINAL;
    expect(refusalOf(line, { stdoutIsTerminal: true })).toMatchObject({ message, hint });
    expect(queryOf(`${line} --output day.html`, { stdoutIsTerminal: true }).view).toBe('page');
  });

  it('are those of a user whom the system gives no uid', () => {
    const [line, message, hint] = WITHOUT_UIDS;
    expect(refusalOf(line, { readOwnUser: () => undefined })).toMatchObject({ message, hint });
  });

  it('have a case here for each rule', () => {
    const cases = [...REFUSED_BY_RULE, ON_A_TERMINAL, WITHOUT_UIDS];
    const untested = RULES.filter(
      (rule) => !cases.some(([, message, hint]) => rule.message === message && rule.hint === hint),
    );
    expect(untested).toEqual([]);
  });

  it('are refused, or make a query: nothing else happens', () => {
    const lines = REFUSED_BY_RULE.flatMap(([line]) => line.split(/ (?=--)/));
    const anyLine = fc.uniqueArray(fc.constantFrom(...new Set([...OPTIONS, ...lines])), {
      selector: flagOf,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyLine, anyLine, anyLine, (cli, env, config) => {
        const written = { cli: cli.join(' '), env: env.join(' '), config: config.join(' ') };
        try {
          expect(queryOf(written)).toHaveProperty('view');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test.each<[string | Written, object]>([
  ['', { view: 'day', by: 'user', days: undefined, user: undefined }],
  ['--day yesterday --by program', { view: 'day', by: 'program', days: { day: 'yesterday' } }],
  ['--from 2026-03-01', { view: 'day', days: { kind: 'range', from: '2026-03-01' } }],
  ['--week', { view: 'day', days: { kind: 'week', week: 'this' } }],
  ['--week last --user foo', { view: 'user', days: { kind: 'week', week: 'last' } }],
  ['--month 2026-02 --ledger', { view: 'ledger', days: { kind: 'month', month: '2026-02' } }],
  ['--month --source influx', { view: 'fleet', days: { kind: 'month', month: 'this' } }],
  ['--hours 24', { view: 'hours', by: 'hour', days: { kind: 'hours', hours: 24 } }],
  ['--hours 3 --by hour --user foo', { view: 'hours', user: { text: 'foo' } }],
  ['--hours 3 --mine', { view: 'hours', user: { kind: 'own' } }],
  ['--at 14:32 --mine', { view: 'minute', at: '14:32', user: { kind: 'own' }, days: undefined }],
  ['--at 14:32 --day yesterday', { view: 'minute', days: { kind: 'day', day: 'yesterday' } }],
  ['--source influx --by host', { view: 'fleet', by: 'host' }],
  ['--user foo', { view: 'user', user: { kind: 'named', text: 'foo' } }],
  ['--user foo --check 80,100', { view: 'day', user: { kind: 'named', text: 'foo' } }],
  ['--by day', { view: 'trend', by: 'day', days: { kind: 'last', days: 30 } }],
  ['--by day --month', { view: 'trend', by: 'day', days: { kind: 'month', month: 'this' } }],
  ['--mine', { view: 'user', user: { kind: 'own', uid: 1001, name: 'foo_com' } }],
  ['--user foo --by program', { view: 'day', by: 'program', user: { text: 'foo' } }],
  ['--by hour', { view: 'hours', user: undefined }],
  ['--by process --mine', { view: 'processes', user: { kind: 'own' } }],
  [
    '--days 30 --by day',
    { view: 'trend', days: { kind: 'last', days: 30 }, by: 'day', sort: 'credits' },
  ],
  ['--ledger --sort left', { view: 'ledger', sort: 'left', baselinePercent: 20, mode: 'standard' }],
  ['--fit', { view: 'fit', days: undefined }],
  ['--fit --day today', { view: 'fit', days: { kind: 'day', day: 'today' } }],
  ['--format html', { view: 'page', withLedger: false }],
  ['--format html --ledger --baseline 10', { view: 'page', withLedger: true, baselinePercent: 10 }],
  ['--format html --user foo', { view: 'page', user: { kind: 'named', text: 'foo' } }],
  ['--format prometheus --top 9', { view: 'prometheus', by: 'user', top: 9 }],
  ['--format prometheus --day', { view: 'prometheus' }],
  ['--format html --mine', { view: 'page', user: { kind: 'own' } }],
  ['--days 30 --user foo*', { view: 'trend', by: 'user', user: { text: 'foo*' } }],
  ['--days 30 --mine --by program', { view: 'trend', by: 'program', user: { kind: 'own' } }],
  ['--ledger --user foo', { view: 'ledger', user: { text: 'foo' } }],
])('%j asks for %j', (written, query) => {
  expect(queryOf(written)).toMatchObject(query);
});

/** The command line counts for more than the environment, and that for more than the config file. */
test.each<[Written, object]>([
  [
    { cli: '--day yesterday', env: '--days 30' },
    { view: 'day', days: { day: 'yesterday' } },
  ],
  [
    { cli: '--days 30', config: '--day yesterday' },
    { view: 'trend', days: { days: 30 } },
  ],
  [{ env: '--days 30', config: '--from 2026-03-01' }, { view: 'trend' }],
  [
    { cli: '--week', env: '--days 30', config: '--hours 24' },
    { view: 'day', days: { week: 'this' } },
  ],
  [
    { cli: '--by hour', env: '--hours 24' },
    { view: 'hours', days: undefined },
  ],
  [
    { cli: '--by program', env: '--hours 24', config: '--month' },
    { view: 'day', days: { month: 'this' } },
  ],
  [
    { cli: '--format html', env: '--hours 24' },
    { view: 'page', days: undefined },
  ],
  [
    { env: '--hours 24', config: '--by program' },
    { view: 'hours', days: { hours: 24 } },
  ],
  [
    { cli: '--at 14:32', env: '--hours 24', config: '--week' },
    { view: 'minute', days: undefined },
  ],
  [{ cli: '--day', config: '--from 2026-03-01' }, { days: { kind: 'day', day: 'today' } }],
  [{ env: '--from 2026-03-01', config: '--day' }, { days: { kind: 'range' } }],
  [{ cli: '--to 2026-03-02', env: '--from 2026-03-01' }, { days: { to: '2026-03-02' } }],
  [{ cli: '--user foo', env: '--by program' }, { view: 'user' }],
  [{ env: '--user foo', config: '--by hour' }, { view: 'user' }],
  [
    { cli: '--by program', env: '--user foo' },
    { view: 'day', user: { text: 'foo' } },
  ],
  [
    { cli: '--user foo', env: '--mine' },
    { view: 'user', user: { kind: 'named' } },
  ],
  [
    { cli: '--mine', env: '--user foo' },
    { view: 'user', user: { kind: 'own' } },
  ],
  [{ cli: '--by hour', env: '--mine', config: '--user foo' }, { user: { kind: 'own' } }],
  [{ cli: '--ledger', env: '--verbose', config: '--budget 20%' }, { view: 'ledger' }],
  [
    { cli: '--ledger', config: '--check 80,100 --top 3' },
    { view: 'ledger', top: 3 },
  ],
  [
    { cli: '--by program', config: '--budget 20%' },
    { view: 'day', by: 'program' },
  ],
  [{ config: '--url http://localhost:8086' }, { view: 'day' }],
  [{ cli: '--ledger', config: '--sort budget' }, { view: 'ledger' }],
  [{ cli: '--by process', env: '--sort budget' }, { view: 'processes' }],
  [{ cli: '--source influx', config: '--budget uid:1001=5c' }, { view: 'fleet' }],
  [
    { cli: '--source influx', env: '--sort processes', config: '--by command' },
    { view: 'fleet', by: 'user', sort: 'credits' },
  ],
  [{ cli: '--by hour', env: '--top 3', config: '--check 80,100' }, { view: 'hours' }],
  [
    { cli: '--days 30', env: '--by hour', config: '--fit' },
    { view: 'trend', by: 'user' },
  ],
])('%j asks for %j', (written, query) => {
  expect(queryOf(written)).toMatchObject(query);
});

test('a server that the config file names is not taken for this machine', () => {
  expect(refusalOf({ cli: '--ledger', config: '--source influx' }).message).toMatch(/own journal$/);
});

test('what contradicts itself in one place is refused, wherever that is', () => {
  expect(refusalOf({ env: '--day --from 2026-03-01' }).message).toMatch(/^--day cannot/);
  expect(refusalOf({ env: '--ledger --fit' }).message).toMatch(/^--ledger cannot/);
});

test.each(['--user foo', '--mine'])('%s is never passed over, wherever it stands', (user) => {
  const flag = flagOf(user);
  for (const place of ['env', 'config'] as const) {
    for (const cli of ['--fit', '--by program --source influx']) {
      expect(refusalOf({ cli, [place]: user })).toMatchObject({
        message: expect.stringMatching(/ always shows every user$/) as string,
        hint: expect.stringMatching(`^leave out ${flag} or `) as string,
      });
    }
    expect(refusalOf({ cli: '--source influx', [place]: user }).message).toMatch(/own journal$/);
  }
});
