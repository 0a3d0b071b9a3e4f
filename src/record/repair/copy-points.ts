import type Database from 'better-sqlite3';
import type { Series } from '../ship/record.js';
import { readShippingState } from '../ship/shipping-state.js';
import type { Confirmation } from './confirm.js';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { Numbering } from './numbering.js';
import { readableRows } from './read-rows.js';
import { CREDITS, type OldCredit, type OldPoint, type OldRefusal, POINTS } from './tables.js';

/**
 * Copies what records were sent as, so that no other record takes a point that is in a database already.
 * What was answered gets a number below all others and is not sent again; what still waited waits again.
 */
export function copyPoints(
  from: Database.Database,
  to: Database.Database,
  numbering: Numbering,
  confirmation: Confirmation,
): TableCount {
  const count = countOf('point');
  const old = readOld(from);
  const insert = to.prepare<[OldPoint]>(`
    INSERT INTO point (point_id, credit_id, series_id, timestamp_ms, serialiser)
    VALUES (@point_id, @credit_id, @series_id, @timestamp_ms, @serialiser)`);
  const refuse = to.prepare<[OldRefusal]>(
    'INSERT INTO refusal (point_id, refused_ms, status, words) VALUES (@point_id, @refused_ms, @status, @words)',
  );
  const isTaken = to.prepare<[OldPoint]>(
    'SELECT 1 FROM point WHERE series_id = @series_id AND timestamp_ms = @timestamp_ms',
  );
  const seriesIds = new Map<number, number | undefined>();
  const creditsBy = numbering.kind === 'appended' ? numbering.creditsBy : 0;
  let lowestId = edgeOf(to, 'SELECT min(point_id) FROM point', Math.min);
  let highestId = edgeOf(to, 'SELECT max(point_id) FROM point', Math.max);
  const copyOne = (row: OldPoint) => {
    if (!seriesIds.has(row.series_id)) {
      seriesIds.set(row.series_id, copiedSeries(from, to, row.series_id));
    }
    const series_id = seriesIds.get(row.series_id);
    const credit = old.credit(row.credit_id);
    if (series_id === undefined || credit === undefined || !old.isInIndex(row)) return 'leftOut';
    if (!isOf(credit, row) || !confirmation.confirms(credit)) return 'leftOut';
    const point = { ...row, series_id, credit_id: row.credit_id + creditsBy };
    if (isTaken.get(point) !== undefined) return 'known';
    const refusal = old.refusals.get(row.point_id);
    const waits = row.point_id > old.answeredPointId && refusal === undefined;
    point.point_id = waits ? (highestId += 1) : (lowestId -= 1);
    const inserted = insertRow(insert, point);
    if (refusal !== undefined && inserted === 'copied') {
      insertRow(refuse, { ...refusal, point_id: point.point_id });
    }
    return inserted;
  };
  for (const rows of readableRows<OldPoint>(from, POINTS, count)) {
    to.transaction(() => {
      for (const row of rows) count[copyOne(row)] += 1;
    }).immediate();
  }
  return count;
}

/** A point's time is the end of its record, or as many milliseconds earlier as others had that time. */
function isOf({ from_ms, to_ms }: OldCredit, { timestamp_ms }: OldPoint): boolean {
  const longBefore = from_ms - 60_000;
  return timestamp_ms < to_ms && timestamp_ms > longBefore;
}

function readOld(from: Database.Database) {
  const credit = attempt(() =>
    from.prepare<[number], OldCredit>(
      `SELECT ${CREDITS.columns.join(', ')} FROM credit WHERE credit_id = ?`,
    ),
  );
  const inIndex = attempt(() =>
    from
      .prepare<[number, number], number>(
        'SELECT point_id FROM point WHERE series_id = ? AND timestamp_ms = ?',
      )
      .pluck(),
  );
  const refusals = attempt(() =>
    from.prepare<[], OldRefusal>('SELECT point_id, refused_ms, status, words FROM refusal').all(),
  );
  return {
    credit: (id: number) => attempt(() => credit?.get(id)),
    isInIndex: ({ series_id, timestamp_ms, point_id }: OldPoint) =>
      attempt(() => inIndex?.get(series_id, timestamp_ms)) === point_id,
    refusals: new Map((refusals ?? []).map((row) => [row.point_id, row])),
    // Where it can't be read how far the server had answered, nothing is sent again.
    answeredPointId: attempt(() => readShippingState(from).answeredPointId) ?? Infinity,
  };
}

function copiedSeries(
  from: Database.Database,
  to: Database.Database,
  oldId: number,
): number | undefined {
  const find = `SELECT series_id FROM series
    WHERE host = @host AND program = @program AND user = @user`;
  return attempt(() => {
    const series = from
      .prepare<[number], Series>('SELECT host, program, user FROM series WHERE series_id = ?')
      .get(oldId);
    if (series === undefined) return undefined;
    if (from.prepare<[Series], number>(find).pluck().get(series) !== oldId) return undefined;
    const known = to.prepare<[Series], number>(find).pluck().get(series);
    if (known !== undefined) return known;
    const inserted = to
      .prepare<[Series]>('INSERT INTO series (host, program, user) VALUES (@host, @program, @user)')
      .run(series);
    return Number(inserted.lastInsertRowid);
  });
}

function edgeOf(
  db: Database.Database,
  sql: string,
  choose: (a: number, b: number) => number,
): number {
  return choose(0, db.prepare<[], number | null>(sql).pluck().get() ?? 0);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
