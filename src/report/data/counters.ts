import type Database from 'better-sqlite3';

/** What one user's processes of a program have used since the journal began; never less than at a reading before. */
export interface ProgramCounter {
  user: string;
  uid: number;
  program: string;
  cpuMs: number;
  unseenCpuMs: number;
}

/** The same of all users, and what the recorder used itself; by how long it took samples. */
export interface HostCounter {
  cpuMs: number;
  recorderCpuMs: number;
  recordedMs: number;
}

/**
 * The largest counters, the largest first. A process that was sampled once may turn out to be another program's, which
 * takes its CPU time along: until its second sample it is left out.
 */
export function readProgramCounters(db: Database.Database, most: number): ProgramCounter[] {
  return db
    .prepare<[{ most: number }], ProgramCounter>(
      `WITH unsettled AS (
         SELECT credit.user_id, credit.program_id, sum(credit.cpu_ms) AS cpu_ms
         FROM credit INDEXED BY credit_not_complete JOIN followed USING (process_id)
         WHERE credit.state < 2 AND credit.state = 0 AND credit.unseen = 0 AND followed.sampled_twice = 0
         GROUP BY credit.user_id, credit.program_id)
       SELECT user.name AS user, uid, name.name AS program,
         counter.cpu_ms - ifnull(unsettled.cpu_ms, 0) AS cpuMs, unseen_cpu_ms AS unseenCpuMs
       FROM counter JOIN user USING (user_id) JOIN name ON name_id = program_id
         LEFT JOIN unsettled USING (user_id, program_id)
       ORDER BY counter.cpu_ms DESC, user_id, program_id LIMIT @most`,
    )
    .all({ most });
}

export function readHostCounter(db: Database.Database): HostCounter {
  const row = db
    .prepare<[], HostCounter>(
      `SELECT cpu_ms AS cpuMs, recorder_cpu_ms AS recorderCpuMs, recorded_ms AS recordedMs FROM host_counter`,
    )
    .get();
  return row ?? { cpuMs: 0, recorderCpuMs: 0, recordedMs: 0 };
}
