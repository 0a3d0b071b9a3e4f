import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import { startOfQuarter } from '../../src/shared/units.js';

interface RunFields {
  from: string;
  /** The last tick; null for a run that has not sampled yet. */
  to: string | null;
  host: string;
  vcpus: number;
  intervalMs: number;
  programs: string[];
  users: string[];
  forks: boolean;
  visibility: 'all' | 'own';
  precision: 'cuu' | 'pcpu';
  agesUnknown: 0 | 1;
  usersUnmapped: 0 | 1;
  endReason: 'stopped' | 'failed' | 'crashed' | 'rebooted' | null;
}

interface UsageFields {
  at: string;
  uid: number;
  program: string;
  command: string;
  cpuMs: number;
  unseenCpuMs: number;
  started: number;
  takenOver: number;
}

interface CreditFields {
  processId: number;
  uid: number;
  program: string;
  command: string;
  from: string;
  to: string;
  changed: boolean;
}

/** Writes one start of the recorder, in the journal's first boot. */
export function insertRun(
  db: Database.Database,
  fields: Partial<RunFields> & Pick<RunFields, 'from' | 'to'>,
): void {
  const run: RunFields = {
    host: 'web1',
    vcpus: 2,
    intervalMs: 1_000,
    programs: [],
    users: [],
    forks: true,
    visibility: 'all',
    precision: 'cuu',
    agesUnknown: 0,
    usersUnmapped: 0,
    endReason: fields.to === null ? null : 'stopped',
    ...fields,
  };
  const to = run.to === null ? null : Date.parse(run.to);
  db.prepare(
    `INSERT INTO recorder_run (
       boot_id, pid, version, host, vcpus, programs, users, forks, interval_ms, visibility,
       precision, ages_unknown, users_unmapped, anchor_ms, started_ms, last_tick_ms, last_tick_boot_ms, ended_ms, end_reason
     ) VALUES (1, 100, '0.1.0', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
  ).run(
    run.host,
    run.vcpus,
    JSON.stringify(run.programs),
    JSON.stringify(run.users),
    run.forks ? 1 : 0,
    run.intervalMs,
    run.visibility,
    run.precision,
    run.agesUnknown,
    run.usersUnmapped,
    Date.parse(run.from),
    to,
    to,
    run.endReason === null ? null : to,
    run.endReason,
  );
}

/**
 * A journal in a temporary folder, filled row by row as a recorder would. Moments are ISO texts.
 */
export class JournalBuilder {
  readonly folder = mkdtempSync(join(tmpdir(), 'psusage-test-'));
  readonly path = join(this.folder, 'psusage.db');
  readonly db: Database.Database = openJournal(this.path, 0);

  constructor() {
    this.db.prepare("INSERT INTO boot VALUES (1, 'a-boot')").run();
  }

  user(uid: number, name: string): this {
    this.db.prepare('INSERT INTO user (user_id, uid, name) VALUES (?, ?, ?)').run(uid, uid, name);
    return this;
  }

  /** One start of the recorder; the newest gets the gaps and clock steps that follow. */
  run(fields: Partial<RunFields> & Pick<RunFields, 'from' | 'to'>): this {
    insertRun(this.db, fields);
    return this;
  }

  gap(from: string, to: string, reason: 'ps' | 'late' | 'suspended' | 'journal' = 'ps'): this {
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
    this.db
      .prepare(
        'INSERT INTO gap (run_id, from_ms, to_ms, duration_ms, reason) VALUES (?, ?, ?, ?, ?)',
      )
      .run(this.#lastRun(), fromMs, toMs, toMs - fromMs, reason);
    return this;
  }

  clockStep(before: string, after: string): this {
    this.db
      .prepare('INSERT INTO clock_step (run_id, before_ms, after_ms) VALUES (?, ?, ?)')
      .run(this.#lastRun(), Date.parse(before), Date.parse(after));
    return this;
  }

  /** Adds to the sums of the quarter-hour that holds the moment. */
  usage(fields: Partial<UsageFields> & Pick<UsageFields, 'at' | 'uid'>): this {
    const usage: UsageFields = {
      program: 'php-fpm',
      command: fields.program ?? 'php-fpm8.2',
      cpuMs: 0,
      unseenCpuMs: 0,
      started: 0,
      takenOver: 0,
      ...fields,
    };
    this.db
      .prepare(
        `INSERT INTO usage (
           quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over
         ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
           cpu_ms = cpu_ms + excluded.cpu_ms,
           unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms,
           started = started + excluded.started,
           taken_over = taken_over + excluded.taken_over`,
      )
      .run(
        startOfQuarter(Date.parse(usage.at)),
        usage.uid,
        this.#name(usage.program),
        this.#name(usage.command),
        usage.cpuMs,
        usage.unseenCpuMs,
        usage.started,
        usage.takenOver,
      );
    return this;
  }

  process(processId: number, started: string): this {
    this.db
      .prepare('INSERT INTO process VALUES (?, 1, ?, 1, 0, 0, ?, 0, 0, NULL, NULL)')
      .run(processId, processId + 1_000, Date.parse(started));
    return this;
  }

  credit(
    fields: Partial<CreditFields> & Pick<CreditFields, 'processId' | 'uid' | 'from' | 'to'>,
  ): this {
    const credit: CreditFields = {
      program: 'php-fpm',
      command: 'php-fpm8.2',
      changed: false,
      ...fields,
    };
    this.db
      .prepare(
        `INSERT INTO credit (
           process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, state, changed,
           estimated, ended, unseen
         ) VALUES (?, ?, ?, ?, ?, ?, 0, 2, ?, 0, 0, 0)`,
      )
      .run(
        credit.processId,
        credit.uid,
        this.#name(credit.program),
        this.#name(credit.command),
        Date.parse(credit.from),
        Date.parse(credit.to),
        credit.changed ? 1 : 0,
      );
    return this;
  }

  /** Ends writing, as a recorder that stops in order. */
  close(): this {
    if (this.db.open) closeJournal(this.db);
    return this;
  }

  remove(): void {
    this.db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lastRun(): unknown {
    return this.db.prepare('SELECT max(run_id) FROM recorder_run').pluck().get();
  }

  #name(name: string): unknown {
    this.db.prepare('INSERT OR IGNORE INTO name (name) VALUES (?)').run(name);
    return this.db.prepare('SELECT name_id FROM name WHERE name = ?').pluck().get(name);
  }
}

/** One user's processes of one day, 29 March 2026, in three recorded ones. */
export function smallJournal(): JournalBuilder {
  return new JournalBuilder()
    .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' })
    .user(1001, 'foo_com')
    .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 12, cpuMs: 61_250 })
    .close();
}
