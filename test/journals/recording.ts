import type Database from 'better-sqlite3';
import { piecesByQuarter } from '../../src/record/tracker/pieces.js';
import type { Span } from '../../src/shared/days.js';
import { QUARTER_HOUR_MS, startOfQuarter } from '../../src/shared/units.js';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import { between, type Random } from '../random.js';
import { writeCounters } from './counters.js';
import { type Account, CRON, type Host, type Service, type ShortLife } from './host.js';
import { RowWriter, Sums } from './rows.js';
import { listMissedSpans, type RecorderRuns, writeRuns } from './runs.js';

const BOOTED_BEFORE_MS = 3_600_000;
const FIRST_PID = 1_000;
const MAX_PID = 4_194_304;

/** One lifecycle in so many is cron's at its first samples, and becomes its user's then. */
const CHANGED_ONE_IN = 1_000;
const FIRST_SAMPLE_MS = 1_000;

/** A service has children that no sample saw in one quarter-hour of so many. */
const UNSEEN_ONE_IN = 10;
const MOST_UNSEEN_MS = 500;

const MOST_UNCERTAIN_MS = 20;

/** What the recorder itself uses in a quarter-hour. */
const RECORDER_CPU_MS = 14_000;

/** So many quarter-hours are one transaction. */
const QUARTERS_AT_A_TIME = 96;

/** A host, and the recorder on it. */
export interface RecordedHost {
  readonly host: Host;
  readonly recorder: RecorderRuns;
  /** The first quarter-hour and the end of the last one, in ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Makes a journal as a recorder would have left it: the real schema, sums that agree with the records. */
export function writeJournal(path: string, recorded: RecordedHost, random: Random): void {
  const { host, recorder, fromMs, toMs } = recorded;
  const db = openForBulk(path);
  const addUser = db.prepare('INSERT INTO user (user_id, uid, name) VALUES (?, ?, ?)');
  const recording = new Recording(db, host, random, fromMs, toMs, listMissedSpans(recorder));
  db.transaction(() => {
    writeRuns(db, recorder);
    for (const { uid, name } of host.users) addUser.run(uid, uid, name);
    recording.begin();
  })();
  const stepMs = QUARTERS_AT_A_TIME * QUARTER_HOUR_MS;
  for (let ms = fromMs; ms < toMs; ms += stepMs) {
    db.transaction(() => {
      const endMs = Math.min(ms + stepMs, toMs);
      for (let at = ms; at < endMs; at += QUARTER_HOUR_MS) recording.quarter(at);
    })();
  }
  db.transaction(() => {
    recording.end();
    writeCounters(db);
  })();
  closeJournal(db);
}

/** Makes a journal of the same runs in which no process was ever seen. */
export function writeEmptyJournal(path: string, recorder: RecorderRuns): void {
  const db = openForBulk(path);
  writeRuns(db, recorder);
  closeJournal(db);
}

/** Nobody minds when a power loss takes what can be made again. */
function openForBulk(path: string): Database.Database {
  const db = openJournal(path, 0);
  db.pragma('synchronous = OFF');
  return db;
}

/** A process that lives when the recording ends, and what it has used so far. */
interface Living {
  readonly account: Account;
  readonly processId: number;
  cpuMs: number;
}

/** A part of a lifecycle under one account. */
interface Stretch {
  readonly account: Account;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cpuMs: number;
  readonly changed: boolean;
}

/** Writes a recording of a host, one quarter-hour after the other. */
class Recording {
  readonly #rows: RowWriter;
  readonly #sums = new Sums();
  #services: (Living & { readonly service: Service })[] = [];
  readonly #living: Living[] = [];
  #pid = FIRST_PID;

  constructor(
    db: Database.Database,
    private readonly host: Host,
    private readonly random: Random,
    /** The first quarter-hour. */
    private readonly fromMs: number,
    /** The end of the last one. */
    private readonly toMs: number,
    /** When no sample was taken. */
    private readonly missed: readonly Span[],
  ) {
    this.#rows = new RowWriter(db, fromMs - BOOTED_BEFORE_MS);
  }

  /** The services are there before. */
  begin(): void {
    const startedMs = this.fromMs - BOOTED_BEFORE_MS / 2;
    this.#services = this.host.services.map((service) => ({
      service,
      account: service.account,
      processId: this.#rows.process({ pid: this.#nextPid(), startedMs, cpuMs: 0, endedMs: null }),
      cpuMs: 0,
    }));
  }

  /** All that happens in a quarter-hour, and what the recorder used meanwhile. */
  quarter(quarterMs: number): void {
    for (const living of this.#services) this.#serve(living, quarterMs);
    for (const life of this.host.livesFrom(quarterMs)) this.#live(life);
    for (const sum of this.#sums.take(quarterMs)) this.#rows.usage(quarterMs, sum);
    const wasMissed = this.missed.some(
      ({ fromMs, toMs }) => fromMs <= quarterMs && quarterMs + QUARTER_HOUR_MS <= toMs,
    );
    if (!wasMissed) this.#rows.recorderUsage(quarterMs, RECORDER_CPU_MS);
  }

  /** The services live on, and so does what has not ended. */
  end(): void {
    for (const { account, processId, cpuMs } of [...this.#services, ...this.#living]) {
      this.#rows.followed(processId, account, this.toMs);
      this.#rows.cpuMsOfProcess(processId, cpuMs);
    }
  }

  #serve(living: Living & { service: Service }, quarterMs: number): void {
    const { service, processId } = living;
    const toMs = quarterMs + QUARTER_HOUR_MS;
    const cpuMs = service.cpuMsIn(quarterMs);
    const estimated = this.#isEstimated(quarterMs, toMs);
    const slice = { processId, fromMs: quarterMs, toMs, changed: false, estimated, ended: false };
    living.cpuMs += cpuMs;
    this.#rows.credit({ ...slice, account: service.account, cpuMs, unseen: false });
    const sum = this.#sums.of(quarterMs, service.account);
    sum.cpuMs += cpuMs;
    if (quarterMs === this.fromMs) sum.started += 1;
    else sum.takenOver += 1;
    if (between(this.random, 1, UNSEEN_ONE_IN) > 1) return;
    const unseenMs = between(this.random, 1, MOST_UNSEEN_MS);
    const account = { ...service.account, command: '(unseen)' };
    this.#rows.credit({ ...slice, account, cpuMs: unseenMs, unseen: true });
    const unseen = this.#sums.of(quarterMs, account);
    unseen.cpuMs += unseenMs;
    unseen.unseenCpuMs += unseenMs;
  }

  #live(life: ShortLife): void {
    const { startedMs, endedMs } = life;
    const stretches = this.#stretchesOf(life).filter(({ fromMs }) => fromMs < this.toMs);
    const livesOn = endedMs > this.toMs;
    const row = { ...life, endedMs: livesOn ? null : endedMs, pid: this.#nextPid() };
    const processId = this.#rows.process(row);
    const first = stretches[0]?.account ?? life.account;
    const account = stretches.at(-1)?.account ?? life.account;
    this.#sums.of(startOfQuarter(startedMs), first).started += 1;
    const uncertainMs = between(this.random, 0, MOST_UNCERTAIN_MS);
    if (!livesOn) this.#sums.of(startOfQuarter(endedMs - 1), account).uncertainMs += uncertainMs;
    const recordedMs = stretches.map((stretch) => this.#record(processId, stretch, life));
    const cpuMs = recordedMs.reduce((sum, ms) => sum + ms, 0);
    if (livesOn) this.#living.push({ account, processId, cpuMs });
  }

  #stretchesOf({ account, startedMs, endedMs, cpuMs }: ShortLife): Stretch[] {
    const whole = { account, fromMs: startedMs, toMs: endedMs, cpuMs, changed: false };
    if (between(this.random, 1, CHANGED_ONE_IN) > 1) return [whole];
    const changedMs = startedMs + FIRST_SAMPLE_MS;
    return [
      { ...whole, account: CRON, toMs: changedMs, cpuMs: 0 },
      { ...whole, fromMs: changedMs, changed: true },
    ];
  }

  /** Returns the CPU time of what is recorded of it: nobody sees what comes after the end. */
  #record(processId: number, stretch: Stretch, { endedMs }: ShortLife): number {
    const { account } = stretch;
    const pieces = piecesByQuarter(stretch.fromMs, stretch.toMs, stretch.cpuMs);
    const seen = pieces.filter(({ quarterMs }) => quarterMs < this.toMs);
    for (const { quarterMs, fromMs, toMs, cpuMs } of seen) {
      const sum = this.#sums.of(quarterMs, account);
      sum.cpuMs += cpuMs;
      const goesOn = fromMs === quarterMs && toMs - fromMs >= FIRST_SAMPLE_MS;
      if (goesOn) sum.takenOver += 1;
      const changed = stretch.changed && fromMs === stretch.fromMs;
      const estimated = this.#isEstimated(fromMs, toMs);
      const ended = toMs === endedMs;
      const slice = { processId, fromMs, toMs, changed, estimated, ended };
      this.#rows.credit({ ...slice, account, cpuMs, unseen: false });
    }
    return seen.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  /** Whether a slice has time in it of which no sample tells. */
  #isEstimated(fromMs: number, toMs: number): boolean {
    return this.missed.some((missed) => missed.fromMs < toMs && fromMs < missed.toMs);
  }

  #nextPid(): number {
    this.#pid = this.#pid < MAX_PID ? this.#pid + 1 : FIRST_PID;
    return this.#pid;
  }
}
