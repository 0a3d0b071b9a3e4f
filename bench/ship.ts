// What shipping costs beside the client alone, and whether its memory grows with the backlog; writes its section of
// bench/results/performance.md:
//   npm run bench:ship -- [--quick] [--runs 5]
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { MS_PER_DAY } from '../src/shared/units.js';
import { CLI } from '../test/cli.js';
import { type InfluxdbServer, startInfluxdb } from '../test/servers/influxdb.js';
import { generateJournal } from '../test/journals/generate.js';
import { withCleanup } from './shared/cleanup.js';
import { writeSection } from './shared/page.js';
import { NO_CONFIG } from './shared/recorder.js';
import { formatCount, formatRatio, median, printProgress, printTable } from './shared/table.js';
import { type TextTable, toMarkdown } from './shared/table.js';
import type { How, Took } from './ship/run-once.js';

const run = promisify(execFile);

const RUN_ONCE = fileURLToPath(new URL('ship/run-once.ts', import.meta.url));

/** Wanted of the speed of the client's own way, which has all requests on their way at once. */
const BAR = 0.85;

const WAYS: readonly { readonly how: How; readonly name: string }[] = [
  { how: 'at-once', name: 'the client, all requests at once' },
  { how: 'one-by-one', name: 'the client, one request after the other' },
  { how: 'shipped', name: '`psusage ship`, the journal included' },
];

/** Of this many lifecycles the speed is compared, of all the memory. */
const COMPARED = 100_000;
const SIZES = [20_000, COMPARED, 300_000];

/** Runs with a backlog of so many records, each way in each turn. */
interface Backlog {
  readonly records: number;
  readonly turns: readonly Record<How, Took>[];
}

const { values: options } = parseArgs({
  options: { runs: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const { quick } = options;
const runs = Number(options.runs ?? (quick ? 1 : 5));

await withCleanup(async (cleanup, signal) => {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const influxd = await startInfluxdb();
  cleanup.defer(() => influxd.stop());
  const backlogs = new Map<number, Backlog>();
  for (const lifecycles of quick ? [COMPARED] : SIZES) {
    const journal = join(folder, `${lifecycles}.db`);
    const toMs = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY;
    generateJournal(journal, { lifecycles, days: 1, toMs });
    const lines = writeLines(journal);
    const turns: Backlog['turns'][number][] = [];
    for (let turn = 0; turn < (lifecycles === COMPARED ? runs : 1); turn++) {
      signal.throwIfAborted();
      printProgress(`shipping ${lifecycles} lifecycles, run ${turn + 1}`);
      turns.push(await takeTurn(influxd, journal, lines));
    }
    const records = readFileSync(lines, 'utf8').trimEnd().split('\n').length;
    backlogs.set(lifecycles, { records, turns });
  }
  const compared = backlogs.get(COMPARED);
  if (compared === undefined) throw new Error('nothing was compared');
  printTable(speedTable(compared));
  printTable(memoryTable([...backlogs.values()]));
  if (!quick) await writeShipSection(compared, [...backlogs.values()]);
});

/** The lines that shipping would send, in a file. */
function writeLines(journal: string): string {
  const path = `${journal}.lines`;
  const args = ['ship', '--dry-run', '--journal', journal, '--host', 'bench'];
  execFileSync(process.execPath, [CLI, ...args, ...NO_CONFIG], {
    stdio: ['ignore', openSync(path, 'w'), 'inherit'],
  });
  return path;
}

/** Each way writes the same records into an empty database, one after the other. */
async function takeTurn(
  influxd: InfluxdbServer,
  journal: string,
  lines: string,
): Promise<Record<How, Took>> {
  const copy = `${journal}-copy`;
  copyFileSync(journal, copy);
  const take = async (how: How, file: string): Promise<Took> => {
    const database = 'bench';
    await influxd.createDatabase(database);
    const { stdout } = await run('npx', ['tsx', RUN_ONCE, how, file, influxd.url, database]);
    await influxd.query(`DROP DATABASE "${database}"`);
    return JSON.parse(stdout) as Took;
  };
  const turn = {
    'at-once': await take('at-once', lines),
    'one-by-one': await take('one-by-one', lines),
    shipped: await take('shipped', copy),
  };
  await rm(copy);
  return turn;
}

async function writeShipSection(compared: Backlog, backlogs: readonly Backlog[]): Promise<void> {
  await writeSection({
    heading: 'Shipping',
    command: 'npm run bench:ship',
    runs: `${runs} runs each, in turns`,
    body: [
      `${formatCount(compared.records)} records of a generated journal into an empty database of a real
InfluxDB 1.6 on the same machine. The client gets the finished lines from memory; psusage reads the records, gives
each its millisecond, makes its line, sends it and marks it.`,
      toMarkdown(speedTable(compared)),
      'The most memory that a run held, of backlogs of several sizes:',
      toMarkdown(memoryTable(backlogs)),
    ],
  });
}

/** How fast each is, beside the client alone. */
function speedTable(backlog: Backlog): TextTable {
  const { records } = backlog;
  return {
    head: [
      ...['what', 'thousand records a second', '× at once', 'within', 'holds', '× one by one'],
      ...['CPU µs a record', 'requests'],
    ],
    rows: WAYS.map(({ how, name }) => {
      const wallMs = medianOf(backlog, how, 'wallMs');
      return [
        ...[name, (records / wallMs).toFixed(0)],
        formatRatio(speedOf(backlog, how)),
        ...(how === 'shipped'
          ? [`${BAR} ×`, speedOf(backlog, how) >= BAR ? 'yes' : 'no']
          : ['', '']),
        formatRatio(medianOf(backlog, 'one-by-one', 'wallMs') / wallMs),
        ((1_000 * medianOf(backlog, how, 'cpuMs')) / records).toFixed(1),
        formatCount(medianOf(backlog, how, 'requests')),
      ];
    }),
  };
}

/** Of the speed of the client's own way, which is the first. */
function speedOf(backlog: Backlog, how: How): number {
  return medianOf(backlog, 'at-once', 'wallMs') / medianOf(backlog, how, 'wallMs');
}

/** The most that a run held, by the size of the backlog. */
function memoryTable(backlogs: readonly Backlog[]): TextTable {
  return {
    head: ['records', '`psusage ship`', 'the client'],
    rows: backlogs.map((backlog) => [
      formatCount(backlog.records),
      `${medianOf(backlog, 'shipped', 'memoryMiB').toFixed(0)} MiB`,
      `${medianOf(backlog, 'at-once', 'memoryMiB').toFixed(0)} MiB`,
    ]),
  };
}

function medianOf({ turns }: Backlog, how: How, figure: keyof Took): number {
  return median(turns.map((turn) => turn[how][figure]));
}
