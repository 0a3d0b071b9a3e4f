import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defineReport } from '../../src/report/command.js';
import { REFUSALS } from '../../src/report/option-rules.js';
import { readOptions, SORT_COLUMNS } from '../../src/report/options.js';
import { type Caller, type ReportQuery, toReportQuery } from '../../src/report/query.js';
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

function readQuery(written: string | Written, caller: Partial<Caller> = {}): ReportQuery {
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
  return toReportQuery(readOptions(command), { ...CALLER, ...caller });
}

function refusalOf(written: string | Written, caller?: Partial<Caller>): UsageError {
  try {
    readQuery(written, caller);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

type Refused = [line: string, message: string, hint?: string];

const NOT_IN_ORDER: [view: string, whatIs: string, columns: string, hint: string][] = [
  ['--days 30', 'a trend is', 'processes budget left unseen', 'use --sort credits or --sort name'],
  [
    '--by process',
    'processes are',
    'processes budget left capacity unseen name',
    'leave out --sort',
  ],
  ['--ledger', 'a ledger is', 'processes budget unseen', 'use --sort credits, left or name'],
];

const WITHOUT_EFFECT: [view: string, lines: string[]][] = [
  ['--ledger', ['--by program', '--user foo', '--verbose', '--budget 1c', '--check 80,100']],
  ['--fit', ['--by program', '--user foo', '--verbose', '--budget 1c', '--check 80,100']],
  ['--fit', ['--sort name', '--top 3', '--baseline 20%', '--mode unlimited']],
  ['--format html', ['--sort name', '--verbose']],
];

const OF_EVERY_USER = [
  ...['--by host', '--by day', '--source influx', '--ledger', '--fit', '--days 30'],
  ...['--check 80,100', '--format html'],
];

const OF_A_SERVER = [
  ...['--server influxdb', '--url http://localhost:8086', '--org o', '--bucket b'],
  ...['--token-file f', '--database d', '--username u', '--password-file f'],
];

const flagOf = (line: string) => line.split(' ')[0] ?? '';

const REFUSED: Refused[] = [
  ...['--day', '--from 2026-03-01', '--from 2026-03-01 --to 2026-03-02'].map((days): Refused => [
    `--days 30 ${days}`,
    '--days can not be combined with --day, --from and --to',
    'its days are the last ones, up to today',
  ]),

  [
    '--mine --user foo',
    '--mine can not be combined with --user',
    'the one is of whoever asks, the other of somebody who is named',
  ],
  ...OF_EVERY_USER.map((line): Refused => {
    const asked = /^--(days|check)/.test(line) ? flagOf(line) : line;
    return [`--mine ${line}`, `${asked} is of every user`, `leave out --mine or ${asked}`];
  }),

  [
    '--format html --source influx',
    "--format html needs a machine's own journal",
    'a database does not know vCPUs, gaps or all quarter-hours; leave out --source influx',
  ],
  [
    '--format html --days 30',
    '--days can not be combined with --format html',
    'the page has all of them: leave out --days',
  ],
  [
    '--format html --ledger',
    '--ledger can not be combined with --format html',
    'the page has all of them: leave out --ledger',
  ],
  ['--format html --fit', '--fit has no page', 'use --format table, json or csv'],
  ['--format html --by program', 'a page is by user', 'leave out --by'],
  ['--format html --user foo', 'a page is of every user', 'leave out --user'],
  [
    '--format html --check 80,100',
    '--check has no page',
    'a page names who is over the budget anyway',
  ],

  ...['--ledger', '--fit'].map((view): Refused => [
    `--days 30 ${view}`,
    '--days is for the trend, --ledger and --fit have days of their own',
    'name them with --from and --to',
  ]),
  ['--days 30 --check 80,100', '--check looks at a day or a range', 'name it with --day or --from'],
  [
    '--days 30 --source influx',
    "--days needs a machine's own journal",
    'a database does not know which days were recorded as a whole; leave out --source influx',
  ],
  ...['--by hour', '--by process', '--user foo'].map((line): Refused => [
    `--days 30 ${line}`,
    'a trend has no hours or processes, and is of all users',
    'name the days with --from and --to instead of --days',
  ]),
  [
    '--days 30 --by host',
    'a trend has no rows by host',
    'the total of any other is that of the host',
  ],
  ...['--top 3', '--sort name'].map((line): Refused => [
    `--days 30 --by day ${line}`,
    'days are all shown, in their order',
    'leave out --top and --sort',
  ]),

  ['--by day', '--by day needs --days', 'such as --days 30 --by day'],
  ...['--from 2026-03-01', '--to 2026-03-02'].map((line): Refused => [
    `--day ${line}`,
    '--day can not be combined with --from and --to',
    'name one day with --day, or several with --from and --to',
  ]),
  ['--to 2026-03-02', '--to needs a --from', 'name the first day too'],
  ...['', '--days 30', '--user foo', '--by hour', '--by process'].flatMap((view): Refused[] => [
    [`${view} --baseline 20%`.trim(), '--baseline needs --ledger'],
    [`${view} --mode standard`.trim(), '--mode needs --ledger'],
  ]),

  ...['--user foo', '--by hour', '--by process'].flatMap((view): Refused[] => [
    [`${view} --check 80,100`, '--check looks at every user', 'leave out --user and --by'],
    [
      `${view} --source influx`,
      "hours, processes and a user alone are known to a machine's own journal",
      'on the machine itself: leave out --source influx',
    ],
  ]),
  ...['--top 3', '--sort name'].map((line): Refused => [
    `--by hour ${line}`,
    'hours are all shown, in their order',
    'leave out --top and --sort',
  ]),

  [
    '--ledger --fit',
    '--ledger can not be combined with --fit',
    'they are two reports: one keeps the accounts, the other tries sizes',
  ],
  ...['--ledger', '--fit'].map((view): Refused => [
    `${view} --source influx`,
    `${view} needs the journal: a database does not know vCPUs, gaps or all quarter-hours`,
    `on the machine itself: psusage report --source journal ${view}`,
  ]),

  ['--check 80,100 --user foo --by user', '--check looks at every user', 'leave out --user'],
  ['--projected', '--projected needs --check', 'such as --check 80,100 --projected'],
  [
    '--source influx --check 80,100 --projected',
    "--projected needs a machine's own journal",
    'a database does not know what was recorded of the day; leave out --source influx',
  ],
  ...['--format nagios', '--format nagios --ledger', '--format nagios --by hour'].map(
    (line): Refused => [
      line,
      '--format nagios needs --check',
      'such as --check 80,100 --format nagios',
    ],
  ),
  ['--check 80,100 --by program', 'only users have budgets to be checked', 'leave out --by'],
  ['--check 80,100 --top 3', '--check looks at every user', 'leave out --top'],
  ...['--sort name', '--verbose'].map((line): Refused => [
    `--check 80,100 ${line}`,
    `${flagOf(line)} has no meaning with --check`,
    'it has a line for each user, the worst first',
  ]),

  [
    '--source influx --user foo --by user',
    "a user alone is known to a machine's own journal",
    'leave out --source influx or --user',
  ],
  [
    '--source influx --by command',
    'a database has no sums by command: it is no tag there',
    "--by user, program or host; by command from each machine's own journal",
  ],
  ...['--sort processes', '--server victoriametrics --sort unseen'].map((line): Refused => [
    `--source influx ${line}`,
    `--sort ${line.split(' ').at(-1) ?? ''}: that is not known from this server`,
    '--sort credits puts those first who spent the most',
  ]),
  [
    '--source influx --budget uid:1001=288c',
    'a database does not know uids',
    'name the user whose budget it is: --budget foo_com=288c',
  ],
  [
    '--user foo --by host',
    'the row of a host is of all its users',
    'leave out --user or --by host',
  ],
  ...['--by program', '--by command', '--by host', '--days 30 --by day'].map((line): Refused => [
    `${line} --budget 20%`,
    `--budget has no meaning with ${line.replace('--days 30 ', '')}`,
    'only users have budgets: leave out one of the two',
  ]),
  ...OF_A_SERVER.map((line): Refused => [
    line,
    `${flagOf(line)} needs --source influx`,
    'a journal is on this machine, and has no server',
  ]),

  ...NOT_IN_ORDER.flatMap(([view, whatIs, columns, hint]) =>
    columns
      .split(' ')
      .map((column): Refused => [
        `${view} --sort ${column}`,
        `${whatIs} not in order by ${column}`,
        hint,
      ]),
  ),
  ...WITHOUT_EFFECT.flatMap(([view, lines]) =>
    lines.map((line): Refused => [
      `${view} ${line}`,
      `${flagOf(line)} has no meaning with ${view}`,
    ]),
  ),
];

const ON_A_TERMINAL: Refused = [
  '--format html',
  'a page is nothing for a terminal',
  'name a file: --output day.html',
];
const WITHOUT_UIDS: Refused = [
  '--mine',
  '--mine needs a system on which users have a uid',
  'name one with --user',
];

describe('options that do not go together', () => {
  it.each(REFUSED)('%s: %s', (line, message, hint) => {
    expect(refusalOf(line)).toMatchObject({ message, hint });
  });

  it('are those of a page on a terminal', () => {
    const [line, message, hint] = ON_A_TERMINAL;
    expect(refusalOf(line, { stdoutIsTerminal: true })).toMatchObject({ message, hint });
    expect(readQuery(`${line} --output day.html`, { stdoutIsTerminal: true }).view).toBe('page');
  });

  it('are those of a user whom the system gives no uid', () => {
    const [line, message, hint] = WITHOUT_UIDS;
    expect(refusalOf(line, { readOwnUser: () => undefined })).toMatchObject({ message, hint });
  });

  it('have a case here for each rule', () => {
    const cases = [...REFUSED, ON_A_TERMINAL, WITHOUT_UIDS];
    const untested = REFUSALS.filter(
      (rule) => !cases.some(([, message, hint]) => rule.message === message && rule.hint === hint),
    );
    expect(untested).toEqual([]);
  });

  it('are refused, or make a query: nothing else happens', () => {
    const LINES = [
      ...REFUSED.flatMap(([line]) => line.split(/ (?=--)/)),
      ...SORT_COLUMNS.map((column) => `--sort ${column}`),
    ];
    const anyLine = fc.uniqueArray(fc.constantFrom(...new Set(LINES)), {
      selector: flagOf,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyLine, anyLine, anyLine, (cli, env, config) => {
        const written = { cli: cli.join(' '), env: env.join(' '), config: config.join(' ') };
        try {
          expect(readQuery(written)).toHaveProperty('view');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test.each<[string | Written, object]>([
  ['', { view: 'day', by: 'user', days: { kind: 'day', day: 'today' }, user: undefined }],
  ['--day yesterday --by program', { view: 'day', by: 'program', days: { day: 'yesterday' } }],
  ['--from 2026-03-01', { view: 'day', days: { kind: 'range', from: '2026-03-01' } }],
  ['--source influx --by host', { view: 'fleet', by: 'host' }],
  ['--user foo', { view: 'user', user: { kind: 'named', text: 'foo' } }],
  ['--mine', { view: 'user', user: { kind: 'own', uid: 1001, name: 'foo_com' } }],
  ['--user foo --by program', { view: 'day', by: 'program', user: { text: 'foo' } }],
  ['--by hour', { view: 'hours', user: undefined }],
  ['--by process --mine', { view: 'lifecycles', user: { kind: 'own' } }],
  [
    '--days 30 --by day',
    { view: 'trend', days: { kind: 'last', days: 30 }, by: 'day', sort: 'credits' },
  ],
  ['--ledger --sort left', { view: 'ledger', sort: 'left', baselinePercent: 20, mode: 'standard' }],
  ['--fit', { view: 'fit', days: undefined }],
  ['--fit --day today', { view: 'fit', days: { kind: 'day', day: 'today' } }],
  ['--format html --baseline 10', { view: 'page', baselinePercent: 10 }],
])('%j asks for %j', (written, query) => {
  expect(readQuery(written)).toMatchObject(query);
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
  [{ cli: '--by process', env: '--sort budget' }, { view: 'lifecycles' }],
  [{ cli: '--source influx', config: '--budget uid:1001=5c' }, { view: 'fleet' }],
])('%j asks for %j', (written, query) => {
  expect(readQuery(written)).toMatchObject(query);
});

test('what contradicts itself in one place is refused, wherever that is', () => {
  expect(refusalOf({ env: '--day --from 2026-03-01' }).message).toMatch(/^--day can not/);
  expect(refusalOf({ config: '--mine', cli: '--ledger' }).message).toMatch(/^--ledger is of every/);
});
