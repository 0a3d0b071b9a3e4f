import type Database from 'better-sqlite3';
import { sanitize } from '../../shared/sanitize.js';
import { cpuSeconds } from '../../shared/units.js';

/** A record that a server refused. */
interface Refused {
  pointId: number;
  creditId: number;
  user: string;
  program: string;
  command: string;
  toMs: number;
  cpuMs: number;
  refusedMs: number;
  words: string;
}

/** Records that are read at a time: who reads the list may take a while, and the journal must not wait. */
const CHUNK = 1_000;

/** What was set aside, in order: two lines each, the record and the server's words. */
export function* readQuarantineLines(db: Database.Database): Generator<string> {
  const refused = db.prepare<[number], Refused>(
    `SELECT point_id AS pointId, point.credit_id AS creditId, series.user, series.program, command.name AS command,
       credit.to_ms AS toMs, credit.cpu_ms AS cpuMs, refused_ms AS refusedMs, words
     FROM refusal
     JOIN point USING (point_id)
     JOIN series USING (series_id)
     JOIN credit USING (credit_id)
     JOIN name AS command ON command.name_id = credit.command_id
     WHERE point_id > ? ORDER BY point_id LIMIT ${CHUNK}`,
  );
  for (let afterId: number | undefined = Number.MIN_SAFE_INTEGER; afterId !== undefined;) {
    const chunk: Refused[] = refused.all(afterId);
    for (const each of chunk) yield* toLines(each);
    afterId = chunk.at(-1)?.pointId;
  }
}

function* toLines(each: Refused): Generator<string> {
  const { creditId, user, program, command, toMs, cpuMs } = each;
  yield sanitize(
    `#${creditId}  ${iso(toMs)}  ${user}  ${program}  ${command}  ${cpuSeconds(cpuMs)} s`,
  );
  yield sanitize(`    refused ${iso(each.refusedMs)}: ${each.words}`);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
