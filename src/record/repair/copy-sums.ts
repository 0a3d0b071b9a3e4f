import type Database from 'better-sqlite3';
import { quarterOf } from '../../shared/units.js';
import { firstNumbers } from '../journal/numbers.js';
import { type Confirmation, type OldUsage, readableUsage } from './confirm.js';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import { ROWS_AT_A_TIME } from './read-rows.js';
import { columnIn } from './tables.js';

/** What a row of sums has beside the CPU time that comes with the records. */
interface AddedSum extends OldUsage {
  cpu_ms: number;
}

/** A process that was followed until the damage, and goes on in the new journal under another number. */
interface HandedOver {
  pid: number;
  started_ms: number;
  user_id: number;
  program_id: number;
  command_id: number;
  sampled_twice: number;
}

const INSERT = `
  INSERT INTO usage
    (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over, uncertain_ms)
  VALUES (@quarter_ms, @user_id, @program_id, @command_id, @cpu_ms, @unseen_cpu_ms, @started, @taken_over,
    @uncertain_ms)
  ON CONFLICT DO UPDATE SET`;

const ADD = `${INSERT}
    cpu_ms = cpu_ms + excluded.cpu_ms, unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms,
    started = started + excluded.started, taken_over = taken_over + excluded.taken_over,
    uncertain_ms = uncertain_ms + excluded.uncertain_ms`;

const RAISE = `${INSERT}
    cpu_ms = max(cpu_ms, excluded.cpu_ms), unseen_cpu_ms = max(unseen_cpu_ms, excluded.unseen_cpu_ms),
    started = max(started, excluded.started), taken_over = max(taken_over, excluded.taken_over),
    uncertain_ms = max(uncertain_ms, excluded.uncertain_ms)`;

/**
 * Adds how many lifecycles started and were taken over to the sums; of what was pruned, the CPU time too.
 * Of a journal that shares a past with this one the larger counts: both have those of before they parted.
 * Sums can't be told apart once they are added, so it is noted with each transaction how far that has come.
 */
export function copySums(
  from: Database.Database,
  to: Database.Database,
  copied: {
    names: CopiedNames;
    confirmation: Confirmation;
    prunedUntilMs: number;
    /** Whether one file is a copy of the other: what is in both is the same then. */
    areShared: boolean;
    sha256: string;
    lastTickMs: number;
    nowMs: number;
  },
): TableCount {
  const { names, confirmation, prunedUntilMs, areShared, sha256, lastTickMs, nowMs } = copied;
  const count = countOf('usage');
  const rows = readableUsage(from);
  const add = to.prepare<[AddedSum]>(areShared ? RAISE : ADD);
  const done = beginSums(to, sha256, nowMs);
  const addOne = (row: OldUsage) => {
    const isPruned = row.quarter_ms < prunedUntilMs;
    const program_id = names.nameId(row.program_id);
    const command_id = names.nameId(row.command_id);
    if (program_id === undefined || command_id === undefined) return 'leftOut';
    if (!isPruned && !confirmation.confirmsSum(row)) return 'leftOut';
    const user_id = names.userId(row.user_id);
    if (user_id === undefined) return 'leftOut';
    const ofRecords = isPruned ? {} : { cpu_ms: 0, unseen_cpu_ms: 0 };
    return insertRow(add, { ...row, user_id, program_id, command_id, ...ofRecords });
  };
  const note = to.prepare<[number, string]>('UPDATE repaired SET sums_added = ? WHERE sha256 = ?');
  count.known = Math.min(done, rows.length);
  for (let at = done; at < rows.length; at += ROWS_AT_A_TIME) {
    const upTo = Math.min(at + ROWS_AT_A_TIME, rows.length);
    to.transaction(() => {
      if (at === 0) takeBackHandedOver(from, to, names, quarterOf(lastTickMs));
      for (const row of rows.slice(at, upTo)) count[addOne(row)] += 1;
      note.run(upTo, sha256);
    }).immediate();
  }
  return count;
}

function beginSums(to: Database.Database, sha256: string, nowMs: number): number {
  to.prepare(
    'INSERT INTO repaired (sha256, repaired_ms, sums_added) VALUES (?, ?, 0) ON CONFLICT DO NOTHING',
  ).run(sha256, nowMs);
  return (
    to
      .prepare<[string], number>('SELECT sums_added FROM repaired WHERE sha256 = ?')
      .pluck()
      .get(sha256) ?? 0
  );
}

/**
 * A lifecycle that goes on in the new journal was counted there as taken over, in a quarter-hour that the
 * damaged journal has counted it in too.
 */
function takeBackHandedOver(
  from: Database.Database,
  to: Database.Database,
  names: CopiedNames,
  quarterMs: number,
): void {
  const first = firstNumbers(to);
  if (first === undefined) return;
  const followed = followedIn(from);
  const goesOn = new Set(
    to
      .prepare<[number, number], string>(
        "SELECT pid || ' ' || started_ms FROM process WHERE process_id >= ? LIMIT ?",
      )
      .pluck()
      .all(first.process, followed.length),
  );
  const takeBack = to.prepare<[number, number, number, number, number, number]>(
    `UPDATE usage SET taken_over = taken_over - ?, started = started - ?
     WHERE quarter_ms = ? AND user_id = ? AND program_id = ? AND command_id = ?`,
  );
  for (const row of followed) {
    const programId = names.nameId(row.program_id);
    const commandId = names.nameId(row.command_id);
    const isBoth = goesOn.has(`${row.pid} ${row.started_ms}`);
    const userId = names.userId(row.user_id);
    if (!isBoth || userId === undefined) continue;
    if (programId === undefined || commandId === undefined) continue;
    const wasTakenOver = row.sampled_twice === 1 ? 1 : 0;
    try {
      const key = [quarterMs, userId, programId, commandId] as const;
      takeBack.run(wasTakenOver, 1 - wasTakenOver, ...key);
    } catch {
      // It was counted elsewhere: never below none.
    }
  }
}

function followedIn(from: Database.Database): HandedOver[] {
  try {
    return from
      .prepare<[], HandedOver>(
        `SELECT pid, started_ms, ${columnIn(from, 'user_id')}, program_id, command_id, sampled_twice
         FROM followed JOIN process USING (process_id) WHERE condition = 'alive'`,
      )
      .all();
  } catch {
    return [];
  }
}
