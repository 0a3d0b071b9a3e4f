import type Database from 'better-sqlite3';
import { Lines } from '../../../src/record/ship/line.js';
import { Outbox } from '../../../src/record/ship/outbox.js';
import type { Point } from '../../../src/record/ship/points.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);

/** A record of `foo_com` that ended a second after noon, unless something else is said. */
export function record(fields: Partial<TestRecord> = {}): TestRecord {
  return {
    ...{ pid: 100, uid: 1_001, user: 'foo_com', program: 'php-fpm', command: 'php-fpm8.2' },
    ...{ fromMs: NOON_MS, toMs: NOON_MS + 1_000, cpuMs: 250, ended: true, unseen: false },
    ...fields,
  };
}

export function journalOf(records: readonly TestRecord[]): JournalBuilder {
  const journal = new JournalBuilder();
  insertRecords(journal.db, records);
  return journal;
}

/** Begins another record of the process of the last one, which is not complete yet. */
export function openOne(db: Database.Database): number {
  return Number(
    db
      .prepare(
        `INSERT INTO credit (process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, state, changed,
           estimated, ended, unseen)
         SELECT process_id, user_id, program_id, command_id, to_ms, to_ms + 1000, 0, 0, 0, 0, 0, 0
         FROM credit ORDER BY credit_id DESC LIMIT 1`,
      )
      .run().lastInsertRowid,
  );
}

export function complete(db: Database.Database, creditId: number): void {
  db.prepare('UPDATE credit SET state = 2 WHERE credit_id = ?').run(creditId);
}

export function outboxOf(
  db: Database.Database,
  options: Partial<ConstructorParameters<typeof Outbox>[1]> = {},
): Outbox {
  return new Outbox(db, {
    ...{ host: 'web1', sinceMs: 0, nowMs: () => NOON_MS },
    ...options,
  });
}

/** What is sent of these. */
export function linesOf(db: Database.Database, points: readonly Point[]): string[] {
  return new Lines(db, 'influxdb').format(points).split('\n');
}
