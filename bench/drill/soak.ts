import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLI, type CliRun } from '../../test/cli.js';
import { freePort, OWN_ADDRESS } from '../../test/servers/loopback.js';
import type { Cleanup } from '../shared/cleanup.js';
import { readNumber } from '../shared/journal.js';
import { type Drill, type Fault, makeFolder, type Outcome } from './fault.js';
import { BURNER, endLoad, startBurningLoad } from './load.js';
import { isNear, missingPart, Onlooker, readSums } from './look.js';
import { isRunning, startRecorder, stopRecorder, summarizeLogs, waitForTick } from './recorder.js';

const run = promisify(execFile);

const FOLLOWED = 200;
/** All of them together take most of one vCPU. */
const MOST_PERCENT = 0.8;
const INTERVAL_MS = 1_000;
const REPORT_EACH_MS = 10_000;
const SHIP_EACH_MS = 60_000;
const LOOK_EACH_MS = 60_000;

/** To end the load and settle what is left. */
const AFTERWARDS_MINUTES = 10;

/** V8 has taken what it takes by then. */
const WARM_MS = 60_000;

/** The memory at the end, in parts of what it was when warm. */
const MOST_GROWN = 1.3;
const MOST_MISSING = 0.01;

/** What the recorder holds at a moment. */
interface Held {
  readonly residentKb: number;
  readonly descriptors: number;
  readonly journalBytes: number;
  /** Time in gaps so far. */
  readonly gapMs: number;
  /** Processes that are followed. */
  readonly followed: number;
}

/** Hundreds of followed processes that come and go, with reports and ships beside the recorder. */
export const soak: Fault = {
  name: 'soak',
  done: `${FOLLOWED} followed processes that come and go, a report each 10 s and a ship each minute beside it`,
  byNameOnly: true,
  run: runSoak,
};

async function runSoak(drill: Drill): Promise<Outcome> {
  const { cleanup, minutes, seed } = drill;
  const folder = await makeFolder(drill);
  const journal = join(folder, 'psusage.db');
  const limitMinutes = minutes + AFTERWARDS_MINUTES;
  const options = { program: BURNER, journal, intervalMs: INTERVAL_MS, limitMinutes };
  const recorder = startRecorder(options, cleanup);
  await waitForTick(journal, recorder);
  const forking = { folder, seed, seconds: limitMinutes * 60, forks: FOLLOWED };
  const load = await startBurningLoad({ ...forking, percent: MOST_PERCENT });
  cleanup.defer(load.kill);
  const server = ['--url', await startAcceptingServer(cleanup), '--database', 'soak'];
  const over = abortAfter(minutes * 60_000, drill.signal);
  const failures: string[] = [];
  const [looks] = await Promise.all([
    lookAt(recorder, journal, over, drill.progress),
    repeat(REPORT_EACH_MS, ['report', '--journal', journal], failures, over),
    repeat(SHIP_EACH_MS, ['ship', '--journal', journal, ...server], failures, over),
  ]);
  drill.signal.throwIfAborted();
  const { kernelMs, left } = await endLoad(load, journal);
  const exit = await stopRecorder(recorder);
  const { breaches } = await new Onlooker(journal).look();
  const sums = readSums(journal);
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the soak was too short to look');
  const off = (-100 * missingPart(sums, kernelMs)).toFixed(2);
  return {
    seen: [
      `at the start: ${formatHeld(first)}`,
      `at the end: ${formatHeld(last)}`,
      `${sums.processes} processes, ${sums.records} records; the journal ${off} % of the kernel’s count`,
    ],
    logged: summarizeLogs([recorder]),
    breaches: [
      ...breaches,
      ...failures,
      ...(exit === 0 ? [] : [`the recorder ended with ${String(exit)}`]),
      ...(left === 0 ? [] : [`${left} processes and records are not over at the end`]),
      ...(last.residentKb <= MOST_GROWN * first.residentKb ? [] : ['it holds more memory']),
      ...(last.descriptors <= first.descriptors ? [] : ['it holds more file descriptors']),
      ...(isNear(sums, kernelMs, MOST_MISSING) ? [] : ['the sums are more than 1 % off']),
    ],
  };
}

/** Aborts after that long, or with `signal`. Node.js 20 may forget a timeout that `AbortSignal.any` alone knows. */
function abortAfter(ms: number, signal: AbortSignal): AbortSignal {
  const over = new AbortController();
  const end = (): void => {
    clearTimeout(timer);
    over.abort();
  };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  return over.signal;
}

/** Looks when warm, then each minute, until it is over. */
async function lookAt(
  recorder: CliRun,
  journal: string,
  over: AbortSignal,
  progress: (line: string) => void,
): Promise<Held[]> {
  const looks: Held[] = [];
  await pause(WARM_MS, over);
  while (!over.aborted && isRunning(recorder)) {
    const held = readHeld(recorder.child.pid ?? 0, journal);
    looks.push(held);
    progress(formatHeld(held));
    await pause(LOOK_EACH_MS, over);
  }
  return looks;
}

/** Runs a command again and again; what fails is noted. */
async function repeat(
  intervalMs: number,
  args: readonly string[],
  failures: string[],
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await run(process.execPath, [CLI, ...args]).catch((error: unknown) => {
      failures.push(`${args[0] ?? ''}: ${String(error).slice(0, 300)}`);
    });
    await pause(intervalMs, over);
  }
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}

function readHeld(pid: number, journal: string): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    residentKb: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    journalBytes: statSync(journal).size,
    gapMs: readNumber(journal, 'SELECT total(duration_ms) FROM gap'),
    followed: readNumber(journal, "SELECT count(*) FROM followed WHERE condition = 'alive'"),
  };
}

function formatHeld({ residentKb, descriptors, journalBytes, gapMs, followed }: Held): string {
  const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return (
    `${mb(residentKb * 1024)} of memory, ${descriptors} file descriptors, ` +
    `journal ${mb(journalBytes)}, ${followed} followed, ${(gapMs / 1000).toFixed(1)} s in gaps`
  );
}

/** Takes whatever is sent to it, on the loopback. */
async function startAcceptingServer(cleanup: Cleanup): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, OWN_ADDRESS, resolve));
  cleanup.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://${OWN_ADDRESS}:${port}`;
}
