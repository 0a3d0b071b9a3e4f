import type Database from 'better-sqlite3';
import type { Series } from '../ship/record.js';
import { readShippingState } from '../ship/shipping-state.js';
import type { Confirmation } from './confirm.js';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import { type Numbering, reservedCreditId } from './numbering.js';
import { readableRows } from './read-rows.js';
import {
  columnsIn,
  CREDITS,
  type OldCredit,
  type OldPoint,
  type OldRefusal,
  POINTS,
} from './tables.js';

/** What records were sent as, by the numbers that they have in the damaged journal. */
export interface CopiedPoints {
  count: TableCount;
  /** Records whose point no server had answered. */
  waiting: ReadonlySet<number>;
  /** Records of which another record of the journal has the point by now. */
  overtaken: ReadonlySet<number>;
}

/** What has become of a point. */
type Copied = 'copied' | 'known' | 'overtaken' | 'leftOut';

/** Points that were reserved for records which did not come, removed in one transaction. */
const FORGOTTEN_AT_A_TIME = 500;

/**
 * Copies what records were sent as, before the records: no other record may take a point that is in a
 * database already. All get numbers below all others, as if they were answered; those that wait are
 * given others together with their record, since a point without a record is passed when ship comes to it.
 */
export function copyPoints(
  from: Database.Database,
  to: Database.Database,
  numbering: Numbering,
  confirmation: Confirmation,
): CopiedPoints {
  if (numbering.kind === 'appended') forgetReserved(to);
  const count = countOf('point');
  const waiting = new Set<number>();
  const overtaken = new Set<number>();
  const old = readOld(from);
  const insert = to.prepare<[OldPoint]>(`
    INSERT INTO point (point_id, credit_id, series_id, timestamp_ms, serialiser)
    VALUES (@point_id, @credit_id, @series_id, @timestamp_ms, @serialiser)`);
  const refuse = to.prepare<[OldRefusal]>(
    'INSERT INTO refusal (point_id, refused_ms, status, words) VALUES (@point_id, @refused_ms, @status, @words)',
  );
  const holder = to
    .prepare<[OldPoint], number>(
      'SELECT credit_id FROM point WHERE series_id = @series_id AND timestamp_ms = @timestamp_ms',
    )
    .pluck();
  const seriesIds = new Map<number, number | undefined>();
  let lowestId = lowestPointId(to);
  const copyOne = (row: OldPoint): Copied => {
    if (!seriesIds.has(row.series_id)) {
      seriesIds.set(row.series_id, copiedSeries(from, to, row.series_id));
    }
    const series_id = seriesIds.get(row.series_id);
    const credit = old.credit(row.credit_id);
    if (series_id === undefined || credit === undefined || !old.isInIndex(row)) return 'leftOut';
    if (!isOf(credit, row) || !confirmation.confirms(credit)) return 'leftOut';
    const credit_id = reservedCreditId(numbering, row.credit_id);
    const point = { ...row, series_id, credit_id };
    const heldBy = holder.get(point);
    if (heldBy !== undefined && heldBy !== credit_id) return 'overtaken';
    const refusal = old.refusals.get(row.point_id);
    if (row.point_id > old.answeredPointId && refusal === undefined) waiting.add(row.credit_id);
    if (heldBy !== undefined) return 'known';
    point.point_id = lowestId -= 1;
    const inserted = insertRow(insert, point);
    if (refusal !== undefined && inserted === 'copied') {
      insertRow(refuse, { ...refusal, point_id: point.point_id });
    }
    return inserted;
  };
  const countOne = (row: OldPoint) => {
    const copied = copyOne(row);
    if (copied === 'overtaken') overtaken.add(row.credit_id);
    count[copied === 'overtaken' ? 'known' : copied] += 1;
  };
  for (const rows of readableRows<OldPoint>(from, POINTS, count)) {
    to.transaction(() => {
      for (const row of rows) countOne(row);
    }).immediate();
  }
  return { count, waiting, overtaken };
}

/** Removes points that were reserved for records which were not copied after all. */
export function forgetReserved(to: Database.Database): void {
  const forget = to.prepare(`DELETE FROM point WHERE credit_id < 0 LIMIT ${FORGOTTEN_AT_A_TIME}`);
  while (forget.run().changes > 0);
}

/** A point's time is the end of its record, or as many milliseconds earlier as others had that time. */
function isOf({ from_ms, to_ms }: OldCredit, { timestamp_ms }: OldPoint): boolean {
  const longBefore = from_ms - 60_000;
  return timestamp_ms < to_ms && timestamp_ms > longBefore;
}

function readOld(from: Database.Database) {
  const credit = attempt(() =>
    from.prepare<[number], OldCredit>(
      `SELECT ${columnsIn(from, CREDITS)} FROM credit WHERE credit_id = ?`,
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

/** 0 where all are above it. */
function lowestPointId(db: Database.Database): number {
  const sql = 'SELECT min(point_id) FROM point';
  return Math.min(0, db.prepare<[], number | null>(sql).pluck().get() ?? 0);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
