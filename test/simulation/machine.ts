import type Database from 'better-sqlite3';
import { pino } from 'pino';
import { type Clock, toAnchorMs } from '../../src/record/clock.js';
import { RecorderJournal } from '../../src/record/journal/recorder-journal.js';
import { Ages } from '../../src/record/ps/ages.js';
import { PsError } from '../../src/record/ps/errors.js';
import { Recorder } from '../../src/record/recorder.js';
import { programName } from '../../src/record/tracker/program-name.js';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import type { PsAnswer } from '../../src/record/ps/run.js';
import type { PidHint } from '../../src/record/ps/pid-hint.js';
import { Sampler } from '../../src/record/ps/sampler.js';
import {
  isThere,
  type Plan,
  plan,
  type PsKind,
  readSimulatedPs,
  simulatedPsOutput,
} from './kernel.js';
import { simulatedRun } from './run-start.js';

const INTERVAL_MS = 1_000;
const TICK_MS = 10;
const INIT = plan({ pid: 1 });
const HELPER = plan({ pid: 32_000, comm: 'sh', uid: 0 });

const NEVER = new AbortController().signal;

export interface MachineOptions {
  journalPath: string;
  /** Wall time at boot time 0, in ms since 1970. */
  bootedMs: number;
  programs?: string[];
  forks?: boolean;
  users?: string[];
  /** Whether ps is asked for the whole host each time. */
  asks?: 'everything' | 'what is needed';
  /** Of the recorder, which is left out of the record; a process of its own only where `processes` has it. */
  recorderPid?: number;
  ps?: PsKind;
  /** Where the machine is a user namespace that knows few users. */
  overflowUid?: number;
  /** False in a container whose uptime is its own: ps knows no age. */
  agesAreTrue?: boolean;
}

/** The real recorder and a real journal on a simulated machine, whose time and processes a test decides. */
export class SimulatedMachine {
  bootMs = 0;
  suspendedMs = 0;
  processes: Plan[] = [];
  /** What ps was asked for, each time. */
  readonly asked: (readonly number[] | 'everything')[] = [];
  /** A child of the recorder, and left out by that; one that uses nothing, unless `processes` has another. */
  #helper = HELPER;
  #lastStarted: Plan | undefined;
  #runsSince = 0;
  /** How long ps takes to read the processes. */
  psTakesMs = 10;
  /** The recorder’s log, as JSON. */
  readonly logged: string[] = [];
  /** Uids with a name that is too long for ps. */
  readonly shownAsNumber = new Set<number>();
  /** What becomes of the text that ps prints before it is read. */
  tamper = (output: string): string => output;
  #bootedMs: number;
  #boots = 1;
  #psFails = false;
  #journal: RecorderJournal | undefined;
  #recorder: Recorder | undefined;
  #reader: Database.Database | undefined;

  constructor(readonly options: MachineOptions) {
    this.#bootedMs = options.bootedMs;
  }

  get wallMs(): number {
    return this.#bootedMs + this.bootMs;
  }

  start(options: Partial<MachineOptions> = {}): void {
    const {
      journalPath,
      programs = [],
      forks = true,
      users = [],
      recorderPid = 4242,
      asks = 'what is needed',
    } = { ...this.options, ...options };
    const clock: Clock = {
      kernelBootId: `boot ${this.#boots}`,
      read: () => ({
        bootMs: this.bootMs,
        wallMs: this.wallMs,
        monotonicMs: this.bootMs - this.suspendedMs,
      }),
    };
    const journal = RecorderJournal.open(journalPath, clock.kernelBootId, this.wallMs);
    const state = journal.beginRun(
      simulatedRun({
        pid: recorderPid,
        programs,
        users,
        forks,
        intervalMs: INTERVAL_MS,
        anchorMs: toAnchorMs(clock.read()),
        startedMs: this.wallMs,
      }),
    );
    this.#helper = { ...HELPER, ppid: recorderPid };
    const sampler = new Sampler({
      queryPs: (pids) => Promise.resolve().then(() => this.#ps(pids)),
      pidHint: () => this.#pidHint(),
      // Asked after ps, which has read the processes a tick after the machine's time.
      pidExists: (pid) =>
        this.processes.some((each) => each.pid === pid && isThere(each, this.bootMs + TICK_MS)),
      recorderPid,
      ages: new Ages(undefined, this.options.agesAreTrue),
      helperPid: () => HELPER.pid,
      onHintUseless: () => undefined,
      onMissing: () => undefined,
    });
    this.#journal = journal;
    this.#recorder = new Recorder(
      {
        clock,
        journal,
        log: pino({ base: null, timestamp: false }, { write: (line) => this.logged.push(line) }),
        intervalMs: INTERVAL_MS,
        ...{ ownUid: 0, overflowUid: this.options.overflowUid },
        selection: {
          programs: programs.map(programName),
          forks,
          users: new Set(users),
          recorderPid,
        },
        takeSnapshot: (interest, signal) =>
          sampler.take(
            asks === 'everything' ? { ...interest, everything: true } : interest,
            signal,
          ),
        isShownAsNumber: (uid) => Promise.resolve(this.shownAsNumber.has(uid)),
      },
      state,
    );
  }

  /** Lets time pass and takes a sample. */
  async tick(afterMs = INTERVAL_MS): Promise<void> {
    this.bootMs += afterMs;
    await this.#recorder?.tick(NEVER);
  }

  async ticks(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await this.tick();
  }

  /** A tick for which ps gives no snapshot. */
  async failedTick(): Promise<void> {
    this.bootMs += INTERVAL_MS;
    this.#psFails = true;
    await this.#recorder?.tick(NEVER);
    this.#psFails = false;
  }

  suspend(forMs: number): void {
    this.bootMs += forMs;
    this.suspendedMs += forMs;
  }

  setClock(byMs: number): void {
    this.#bootedMs += byMs;
  }

  /** Ends the recorder as SIGTERM does. */
  stop(): void {
    this.#recorder?.end('stopped');
    this.#close();
  }

  /** Ends the recorder as kill -9 does: what was not written is lost. */
  crash(): void {
    this.#close();
  }

  /** The machine goes down, and is up again after `downMs` with none of its processes. */
  reboot(downMs: number): void {
    this.#close();
    this.#bootedMs = this.wallMs + downMs;
    this.bootMs = 0;
    this.suspendedMs = 0;
    this.#boots += 1;
    this.processes = [];
  }

  #ps(pids: readonly number[] | 'everything'): PsAnswer {
    if (this.#psFails) throw new PsError('PS_FAILED', 'ps failed');
    this.asked.push(pids);
    const hasHelper = this.processes.some(
      (each) => each.pid === HELPER.pid && isThere(each, this.bootMs),
    );
    const processes = hasHelper ? this.processes : [...this.processes, this.#helper];
    const readMs = this.bootMs + this.psTakesMs;
    const output = this.tamper(simulatedPsOutput(processes, pids, readMs, this.options.ps));
    const taken = { takenFromBootMs: this.bootMs, takenToBootMs: readMs + TICK_MS };
    const answer = readSimulatedPs(output, taken, this.options.ps);
    this.bootMs += this.psTakesMs - 10;
    return { ...answer, helperPid: HELPER.pid };
  }

  /** The last process that started, and the runs of ps since: one each time that anybody asks, as far as there is room. */
  #pidHint(): PidHint {
    const started = this.processes.filter(({ startMs }) => startMs <= this.bootMs);
    const last = started.reduce((a, b) => (b.startMs >= a.startMs ? b : a), INIT);
    this.#runsSince = last === this.#lastStarted ? this.#runsSince + 1 : 0;
    this.#lastStarted = last;
    const next = this.processes
      .filter(({ startMs, pid }) => startMs > this.bootMs && pid > last.pid)
      .reduce((least, { pid }) => Math.min(least, pid), Infinity);
    const ofOthers = Math.min(this.#runsSince, next - last.pid - 1);
    return { lastPid: last.pid + ofOthers, pidMax: 32_768 };
  }

  read<T>(query: (db: Database.Database) => T): T {
    this.#reader ??= openJournalReadOnly(this.options.journalPath);
    try {
      return query(this.#reader);
    } finally {
      if (this.#journal === undefined) this.#closeReader();
    }
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  /** The recorder is the last to close the journal. */
  #close(): void {
    this.#closeReader();
    this.#journal?.close();
    this.#journal = undefined;
    this.#recorder = undefined;
  }
}
