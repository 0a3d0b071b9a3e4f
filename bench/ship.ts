// What shipping costs beside the client alone, whether its memory grows with the backlog, and whether a recorder
// is disturbed; writes its section of docs/performance.md:
//   npm run bench:ship -- [--runs 5]
import { execFileSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MS_PER_DAY } from '../src/shared/units.js';
import { startInfluxdb } from '../test/servers/influxdb.js';
import { withCleanup } from './experiment/cleanup.js';
import { markdown, renderTable } from './experiment/table.js';
import { generateJournal } from './journals/generate.js';
import { writeSection } from './performance-page.js';
import { CLI, NO_CONFIG } from './psusage/recorder.js';
import { recordMeanwhile } from './shipping/meanwhile.js';
import { type Backlog, BAR, isBarReached, memoryTable, speedTable } from './shipping/page.js';
import { takeTurn, type Turn } from './shipping/turns.js';

const SIZES = [20_000, 100_000, 300_000];
const COMPARED = 100_000;

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(options.runs);

await withCleanup(async (cleanup, signal) => {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const influxd = await startInfluxdb();
  cleanup.defer(() => influxd.stop());
  const backlogs: Backlog[] = [];
  for (const lifecycles of SIZES) {
    const journal = journalOf(folder, lifecycles);
    const lines = linesOf(journal);
    const turns: Turn[] = [];
    for (let turn = 0; turn < (lifecycles === COMPARED ? runs : 1); turn += 1) {
      signal.throwIfAborted();
      console.error(`shipping ${lifecycles} lifecycles, run ${turn + 1}`);
      turns.push(await takeTurn(influxd, journal, lines));
    }
    backlogs.push({ records: lineCount(lines), turns });
  }
  const compared = backlogs[SIZES.indexOf(COMPARED)];
  if (compared === undefined) throw new Error('nothing was compared');
  console.error('shipping while a recorder records');
  const { ticks, gaps, shippedSeconds } = await recordMeanwhile(
    influxd,
    journalOf(folder, COMPARED),
  );
  const [speed, memory] = [speedTable(compared), memoryTable(backlogs)];
  const undisturbed =
    `A recorder of the whole host, which samples ten times a second, beside a run that ships ` +
    `${compared.records.toLocaleString('en-US')} records in ${shippedSeconds.toFixed(1)} s: ${ticks} ticks, ${gaps} gaps.`;
  console.log(renderTable(speed.head, speed.rows));
  console.log(renderTable(memory.head, memory.rows));
  console.log(undisturbed);
  const page = await writeSection({
    heading: 'Shipping',
    command: 'npm run bench:ship',
    runs: `${runs} runs each, in turns`,
    body: [
      `${compared.records.toLocaleString('en-US')} records of a generated journal into an empty database of a real
InfluxDB 1.6 on the same machine. The client gets the finished lines from memory; psusage reads the records, settles
each one's millisecond, makes its line, sends it and marks it.`,
      markdown(speed),
      `Wanted was ${BAR} of the client's own way, which has all requests on their way at once:
${isBarReached(compared) ? 'reached' : 'not reached'}. Of the CPU time of a record about half is SQLite's reading and
writing, a sixth the client's own, the rest lines and memory.`,
      'The most memory that a run held, of backlogs of several sizes:',
      markdown(memory),
      undisturbed,
    ],
  });
  console.error(`written: ${page}`);
});

function journalOf(folder: string, lifecycles: number): string {
  const path = join(folder, `${lifecycles}-${Date.now()}.db`);
  const toMs = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY;
  generateJournal(path, { lifecycles, days: 1, toMs, seed: 1 });
  return path;
}

/** The lines that shipping would send, in a file. */
function linesOf(journal: string): string {
  const path = `${journal}.lines`;
  const args = ['ship', '--dry-run', '--journal', journal, '--host', 'bench'];
  execFileSync(process.execPath, [CLI, ...args, ...NO_CONFIG], {
    stdio: ['ignore', openSync(path, 'w'), 'inherit'],
  });
  return path;
}

function lineCount(path: string): number {
  return Number(execFileSync('wc', ['-l', path]).toString().split(' ')[0]);
}
