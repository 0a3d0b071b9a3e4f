import type Database from 'better-sqlite3';
import { toPeriod, toCalendarDay } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import { parseNamedUsers, usersNamed } from '../../shared/named-user.js';
import { sum } from '../../shared/numbers.js';
import { resolveUsers } from '../data/resolve-users.js';
import type { Budgets } from '../models/budgets.js';
import type { JournalReport } from '../models/day.js';
import { readReport } from '../read-day.js';
import type { LastRun } from '../status/facts.js';
import { explainSilence } from '../status/health.js';
import { type Machine, readLastRun, thisMachine } from '../status/read-run.js';
import { type Reading, toRates, withReading } from './rates.js';

/** A process that lives now. */
export interface LivingProcess {
  processId: number;
  userId: number;
  pid: number;
  program: string;
  command: string;
  startedMs: number;
  /** Since it started. */
  cpuMs: number;
  /** The part of it that is recorded: the rest was used before. */
  recordedMs: number;
}

/** What is used now, and what was spent today. */
export interface Top {
  report: JournalReport;
  nowMs: number;
  /** The last one; null where there is none. */
  run: LastRun | null;
  /** Why nothing is recorded now; undefined where it is. */
  silence: string | undefined;
  /** Of all users, in per cent of one vCPU; null where that is not known yet. */
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
  /** The run and the day of the readings: in the next run what was missed comes at once, on the next day sums begin anew. */
  #readFrom = '';

  constructor(
    private readonly db: Database.Database,
    private readonly options: TopOptions,
  ) {}

  /** @param userId whose processes are wanted; undefined for all users */
  read(userId: number | undefined, machine = thisMachine(Date.now())): Top {
    return this.db.transaction(() => this.#read(userId, machine))();
  }

  #read(userId: number | undefined, machine: Machine): Top {
    const { host, timeZone, budgets } = this.options;
    const { nowMs } = machine;
    const today = toCalendarDay(nowMs, timeZone);
    const period = toPeriod(today, today, timeZone);
    const run = readLastRun(this.db, machine);
    const report = readReport(this.db, {
      ...{ by: 'user', host, period, nowMs, budgets, sort: 'credits', top: undefined },
    });
    const processes = readLiving(this.db);
    const silence = run === null ? 'nothing has been recorded yet' : explainSilence(run, timeZone);
    const readFrom = `${run?.startedMs} ${today}`;
    if (silence !== undefined || readFrom !== this.#readFrom) {
      [this.#users, this.#processes, this.#readFrom] = [[], [], readFrom];
    }
    if (silence === undefined && run !== null && run.lastTickMs !== null) {
      // Nothing that moves is written without its moment; the moment alone only now and then.
      const atMs = Math.round(machine.bootMs - Math.min(run.silentMs, run.intervalMs));
      const ofUsers = new Map(report.rows.map(({ id, cpuMs }) => [id, cpuMs]));
      const ofProcesses = new Map(processes.map((each) => [each.processId, each.recordedMs]));
      this.#users = withReading(this.#users, { atMs, cpuMs: ofUsers });
      this.#processes = withReading(this.#processes, { atMs, cpuMs: ofProcesses });
    }
    const rateOfUser = toRates(this.#users);
    const rates = report.rows.map(({ id }) => rateOfUser(id) ?? 0);
    return {
      ...{ report, nowMs, run, silence },
      nowPercent: this.#users.length > 1 ? sum(rates) : null,
      rateOf: userId === undefined ? rateOfUser : toRates(this.#processes),
      ...(userId !== undefined && {
        user: {
          name: this.#readUsers().find(({ id }) => id === userId)?.name ?? '?',
          processes: processes.filter((each) => each.userId === userId),
        },
      }),
    };
  }

  /**
   * The id of the user that an option names.
   *
   * @throws UsageError where it does not name one user, or the journal has no such user
   */
  findUser(text: string): number {
    const named = parseNamedUsers(text);
    if (named.kind === 'pattern') {
      throw new UsageError(
        `'${text}' is a pattern: psusage top shows the processes of one user`,
        'write a name, or uid: and a number, such as uid:1001',
      );
    }
    const found = usersNamed(resolveUsers(this.db, named), this.#readUsers()).at(-1);
    if (found === undefined) {
      throw new UsageError(`nothing of user '${text}' is recorded`, 'psusage top lists all users');
    }
    return found.id;
  }

  /** Who was seen last comes last. */
  #readUsers(): { id: number; uid: number; name: string }[] {
    return this.db
      .prepare<[], { id: number; uid: number; name: string }>(
        'SELECT user_id AS id, uid, name FROM user ORDER BY latest',
      )
      .all();
  }
}

function readLiving(db: Database.Database): LivingProcess[] {
  return db
    .prepare<[], LivingProcess>(
      `SELECT process_id AS processId, user_id AS userId, pid, program.name AS program, command.name AS command,
         started_ms AS startedMs, cpu_ms AS cpuMs,
         cpu_ms - prior_cpu_ms AS recordedMs
       FROM followed
       JOIN process USING (process_id)
       JOIN name AS program ON program.name_id = program_id
       JOIN name AS command ON command.name_id = command_id
       WHERE condition = 'alive'`,
    )
    .all();
}
