import { availableParallelism, cpus } from 'node:os';
import { withCleanup } from '../shared/with-cleanup.js';
import { startOfToday, systemTimeZone } from '../shared/days.js';
import { asJournalError, JournalError } from '../shared/journal/errors.js';
import type { GlobalOptions } from '../shared/global-options.js';
import { keepHeapSmall } from '../shared/small-heap.js';
import { isSystemdJournal } from '../shared/stderr.js';
import { credits, startOfQuarter } from '../shared/units.js';
import { VERSION } from '../shared/version.js';
import { type Clock, systemClock, toAnchorMs } from './clock.js';
import { compileLess } from './compile-less.js';
import type { JournalNotice } from './journal/journal-file.js';
import type { RunStart } from './journal/recorder-run.js';
import { RecorderJournal } from './journal/recorder-journal.js';
import { LiveLine } from './live-line.js';
import { chooseLogStyle, createLog } from './log.js';
import { ServiceManager } from './notify/service-manager.js';
import { preparePs, type Ps } from './ps/prepare.js';
import { readOverflowUid } from './ps/user-namespace.js';
import { checkUserName, findNamesOfDigits, isShownAsNumber } from './ps/users.js';
import { Retention } from './prune/retention.js';
import { Recorder, type TickOutcome } from './recorder.js';
import { logJournalNotice, logPsLimits } from './recorder-log.js';
import { programName } from './tracker/program-name.js';
import type { Selection } from './tracker/selection.js';
import { Ticker } from './ticker.js';

/** The options of the command line, the environment and the config file. Durations are in milliseconds. */
export interface RecordFlags extends GlobalOptions {
  programs: string[];
  interval: number;
  forks: boolean;
  user: string[];
  for?: number;
  retention?: number;
  logFormat?: 'json' | 'text';
}

/** How long the sample under way, and then the last one, may take when the recorder has to stop. */
const LAST_SAMPLE_MS = 500;

/**
 * Records until `stop` aborts or the time is over: then takes a last sample, settles and closes. When
 * it aborts before recording has begun, nothing is made and nothing is left.
 *
 * @throws UsageError, PsError, JournalError when recording can't begin or continue
 */
export async function runRecorder(flags: RecordFlags, stop: AbortSignal): Promise<void> {
  const { programs, interval: intervalMs, retention: keepMs } = flags;
  keepHeapSmall();
  compileLess();
  const selection: Selection = {
    programs: programs.map(programName),
    forks: flags.forks,
    users: new Set(flags.user.map(checkUserName)),
    recorderPid: process.pid,
  };
  const clock = systemClock();
  const isTerminal = process.stderr.isTTY;
  const style = chooseLogStyle({
    format: flags.logFormat,
    isTerminal,
    isSystemdJournal: isSystemdJournal(process.stderr.fd, process.env['JOURNAL_STREAM']),
  });
  const live = isTerminal && style === 'text' ? new LiveLine(process.stderr) : undefined;
  const output: Pick<LiveLine, 'write'> = live ?? process.stderr;
  const log = createLog({
    level: flags.logLevel,
    style,
    write: (line) => {
      output.write(line);
    },
  });
  const ps = await preparePs(stop, log);
  if (ps === 'stopped') return;
  const named = await findNamesOfDigits(flags.user);
  const tell = (notice: JournalNotice) => {
    logJournalNotice(log, flags.journal, notice);
  };
  const journal = RecorderJournal.open(flags.journal, clock.kernelBootId, Date.now(), tell);
  const record = async () => {
    const begun = journal.beginRun(runStart(flags, ps, clock));
    const state = { ...begun, userNames: new Map([...begun.userNames, ...named]) };
    log.info({ version: VERSION, journal: flags.journal, programs }, 'recording');
    logPsLimits(log, ps);
    const { takeSnapshot } = ps;
    const recorder = new Recorder(
      {
        ...{ clock, journal, log, selection, intervalMs, takeSnapshot, isShownAsNumber },
        ...{ ownUid: process.getuid?.() ?? 0, overflowUid: readOverflowUid() },
      },
      state,
    );
    const { pid, env } = process;
    const manager = new ServiceManager(env, log, { pid, intervalMs });
    const retention = keepMs === undefined ? undefined : new Retention(journal, keepMs, log);
    const watch: Watch = {
      afterTick: (outcome) => {
        const { processes, gaps } = recorder;
        manager.afterTick({ nowMs: performance.now(), outcome, processes, programs, gaps });
        live?.show({
          programs,
          processes,
          creditsToday: creditsToday(journal, Date.now()),
          gaps,
        });
        retention?.continue(Date.now());
      },
      beforeLast: () => manager.stopping(),
    };
    await withCleanup(
      () => recordUntilStopped(recorder, flags, stop, watch),
      () => retention?.end(),
    );
    log.info({ gaps: recorder.gaps }, 'stopped');
  };
  await withCleanup(record, () => {
    live?.end();
    journal.close();
  });
}

/** What happens around ticks. */
interface Watch {
  afterTick: (outcome: TickOutcome) => void;
  beforeLast: () => Promise<void>;
}

function runStart(flags: RecordFlags, ps: Ps, clock: Clock): RunStart {
  const reading = clock.read();
  return {
    pid: process.pid,
    version: VERSION,
    host: flags.host,
    vcpus: cpus().length || availableParallelism(),
    programs: flags.programs,
    users: flags.user,
    forks: flags.forks,
    intervalMs: flags.interval,
    visibility: ps.visibility,
    precision: ps.precision,
    anchorMs: toAnchorMs(reading),
    startedMs: reading.wallMs,
  };
}

async function recordUntilStopped(
  recorder: Recorder,
  flags: RecordFlags,
  stop: AbortSignal,
  watch: Watch,
): Promise<void> {
  let reason: 'stopped' | 'failed' = 'failed';
  const record = async () => {
    await tickUntilStopped(recorder, flags, stop, watch);
    reason = 'stopped';
  };
  await withCleanup(record, () => {
    recorder.end(reason);
  });
}

async function tickUntilStopped(
  recorder: Recorder,
  { interval, for: forMs }: RecordFlags,
  stop: AbortSignal,
  watch: Watch,
): Promise<void> {
  const underWay = new AbortController();
  const stopUnderWay = () => {
    setTimeout(() => {
      underWay.abort();
    }, LAST_SAMPLE_MS).unref();
  };
  stop.addEventListener('abort', stopUnderWay);
  const ticker = new Ticker(interval, stop, forMs);
  while (!stop.aborted && !ticker.isOver) {
    watch.afterTick(await recorder.tick(underWay.signal));
    await ticker.wait();
  }
  await watch.beforeLast();
  await recorder.tick(AbortSignal.timeout(LAST_SAMPLE_MS), true);
}

/**
 * What was spent so far on the calendar day of `nowMs`, of everything in the journal. Undefined when
 * the journal can't be read: what is only looked at ends no recording, and the next write will tell.
 */
export function creditsToday(journal: RecorderJournal, nowMs: number): number | undefined {
  const todayMs = startOfToday(nowMs, systemTimeZone());
  try {
    const chargedMs = journal.chargedSinceMs(startOfQuarter(todayMs));
    return chargedMs === undefined ? undefined : credits(chargedMs);
  } catch (error) {
    if (asJournalError('cannot read', journal.path, error) instanceof JournalError) {
      return undefined;
    }
    throw error;
  }
}
