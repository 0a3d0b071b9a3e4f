import type Database from 'better-sqlite3';
import { toPeriod, toCalendarDay } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import { parseNamedUsers, usersNamed } from '../../shared/named-user.js';
import { sum } from '../../shared/numbers.js';
import { resolveUsers } from '../data/resolve-users.js';
import type { Budgets } from '../models/budgets.js';
import type { JournalReport } from '../models/day.js';
import { readReport } from '../read-day.js';
import { explainSilence } from '../status/health.js';
import { type Machine, readLastRun, thisMachine } from '../status/read-run.js';
import { type Reading, toRates, withReading } from './rates.js';

/** A process that lives now. */
export interface LivingProcess {
  processId: number;
  pid: number;
  program: string;
  command: string;
  startedMs: number;
  /** Since it started. */
  cpuMs: number;
}

/** What is used now, and what was spent today. */
export interface Top {
  report: JournalReport;
  nowMs: number;
  /** Why nothing is recorded now; undefined where it is. */
  silence: string | undefined;
  /** Of all users, in per cent of one vCPU; null at the first reading. */
  nowPercent: number | null;
  /** The same by the id of a user, or of a process. */
  rateOf: (id: number) => number | null;
  /** Of one user alone; undefined for everybody. */
  user?: { name: string; processes: LivingProcess[] };
}

export interface TopOptions {
  host: string;
  timeZone: string;
  budgets: Budgets;
}

/** Reads a journal again and again; between two readings lies what is used now. */
export class TopReader {
  #users: readonly Reading[] = [];
  #processes: readonly Reading[] = [];
  #processesOf: number | undefined;

  constructor(
    private readonly db: Database.Database,
    private readonly options: TopOptions,
  ) {}

  /**
   * @param wanted a user as an option names one; undefined for everybody
   * @throws UsageError where the journal has no such user
   */
  read(wanted: string | undefined, machine = thisMachine(Date.now())): Top {
    return this.db.transaction(() => this.#read(wanted, machine))();
  }

  #read(wanted: string | undefined, machine: Machine): Top {
    const { host, timeZone, budgets } = this.options;
    const { nowMs } = machine;
    const today = toCalendarDay(nowMs, timeZone);
    const period = toPeriod(today, today, timeZone);
    const run = readLastRun(this.db, machine);
    const report = readReport(this.db, {
      ...{ by: 'user', host, period, nowMs, budgets, sort: 'credits', top: undefined },
    });
    // Nothing that moves is written without its moment; the moment alone only now and then.
    const atMs = Math.max(run?.lastTickMs ?? 0, nowMs - (run?.intervalMs ?? 0));
    // Sums of the day begin anew at midnight.
    const ofToday = this.#users.filter((each) => each.atMs >= period.fromMs);
    const cpuMs = new Map(report.rows.map((row) => [row.id, row.cpuMs]));
    this.#users = withReading(ofToday, { atMs, cpuMs });
    const ofUsers = toRates(this.#users);
    const rates = report.rows.flatMap(({ id }) => ofUsers(id) ?? []);
    const top = {
      ...{ report, nowMs, silence: run === null ? undefined : explainSilence(run, timeZone) },
      nowPercent: this.#users.length > 1 ? sum(rates) : null,
    };
    if (wanted === undefined) return { ...top, rateOf: ofUsers };
    const found = this.#findUser(wanted);
    const processes = readLiving(this.db, found.id);
    if (this.#processesOf !== found.id) this.#processes = [];
    this.#processesOf = found.id;
    const usedMs = new Map(processes.map((each) => [each.processId, each.cpuMs]));
    this.#processes = withReading(this.#processes, { atMs, cpuMs: usedMs });
    return { ...top, rateOf: toRates(this.#processes), user: { name: found.name, processes } };
  }

  #findUser(wanted: string): { id: number; name: string } {
    const users = this.db
      .prepare<[], { id: number; uid: number; name: string }>(
        'SELECT user_id AS id, uid, name FROM user ORDER BY latest',
      )
      .all();
    const found = usersNamed(resolveUsers(this.db, parseNamedUsers(wanted)), users).at(-1);
    if (found === undefined) {
      throw new UsageError(
        `nothing of user '${wanted}' is recorded`,
        'psusage top lists all users',
      );
    }
    return found;
  }
}

function readLiving(db: Database.Database, userId: number): LivingProcess[] {
  return db
    .prepare<[number], LivingProcess>(
      `SELECT process_id AS processId, pid, program.name AS program, command.name AS command,
         started_ms AS startedMs, cpu_ms AS cpuMs
       FROM followed
       JOIN process USING (process_id)
       JOIN name AS program ON program.name_id = program_id
       JOIN name AS command ON command.name_id = command_id
       WHERE condition = 'alive' AND user_id = ?`,
    )
    .all(userId);
}
