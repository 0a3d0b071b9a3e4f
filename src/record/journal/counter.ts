import type Database from 'better-sqlite3';
import { sum } from '../../shared/numbers.js';
import type { TickChanges, UsageChange } from '../tracker/change-set.js';
import type { NameTables } from './names.js';

/** The tables `counter` and `host_counter`: what was used since the journal began. */
export class CounterTables {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly names: NameTables,
  ) {
    this.#statements = prepare(db);
  }

  add({ usage, recorder }: Pick<TickChanges, 'usage' | 'recorder'>): void {
    const charged = usage.filter(({ cpuMs }) => cpuMs !== 0);
    for (const each of this.#sumByProgram(charged)) this.#statements.add.run(each);
    const cpuMs = sum(charged.map((each) => each.cpuMs));
    const recorderCpuMs = sum(recorder.map((each) => each.cpuMs));
    if (cpuMs !== 0 || recorderCpuMs !== 0) this.#statements.addHost.run({ cpuMs, recorderCpuMs });
  }

  #sumByProgram(usage: readonly UsageChange[]): Iterable<CounterRow> {
    const rows = new Map<string, CounterRow>();
    for (const { account, cpuMs, unseenCpuMs, quarterMs } of usage) {
      const { userId, programId } = this.names.writeAccount(account);
      const key = `${userId} ${programId}`;
      const before = rows.get(key);
      rows.set(key, {
        userId,
        programId,
        cpuMs: cpuMs + (before?.cpuMs ?? 0),
        unseenCpuMs: unseenCpuMs + (before?.unseenCpuMs ?? 0),
        quarterMs: Math.max(quarterMs, before?.quarterMs ?? quarterMs),
      });
    }
    return rows.values();
  }
}

interface CounterRow {
  userId: number;
  programId: number;
  cpuMs: number;
  unseenCpuMs: number;
  quarterMs: number;
}

function prepare(db: Database.Database) {
  return {
    add: db.prepare<[CounterRow]>(`
      INSERT INTO counter (user_id, program_id, cpu_ms, unseen_cpu_ms, last_quarter_ms)
      VALUES (:userId, :programId, :cpuMs, :unseenCpuMs, :quarterMs)
      ON CONFLICT DO UPDATE SET
        cpu_ms = cpu_ms + excluded.cpu_ms, unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms,
        last_quarter_ms = max(last_quarter_ms, excluded.last_quarter_ms)`),
    addHost: db.prepare<[{ cpuMs: number; recorderCpuMs: number }]>(`
      INSERT INTO host_counter (only, cpu_ms, recorder_cpu_ms, recorded_ms) VALUES (1, :cpuMs, :recorderCpuMs, 0)
      ON CONFLICT DO UPDATE SET
        cpu_ms = cpu_ms + excluded.cpu_ms, recorder_cpu_ms = recorder_cpu_ms + excluded.recorder_cpu_ms`),
  };
}
