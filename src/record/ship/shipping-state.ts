import type Database from 'better-sqlite3';

/** How far shipping has come. */
export interface ShippingState {
  /** Every record up to here has its point, or was passed over. */
  passedCreditId: number;
  /** Every point up to here was acknowledged or refused. */
  answeredPointId: number;
  /** Where points went last; null before the first was acknowledged. */
  destination: string | null;
}

export function readShippingState(db: Database.Database): ShippingState {
  const state = db
    .prepare<[], ShippingState>(
      `SELECT passed_credit_id AS passedCreditId, answered_point_id AS answeredPointId, destination
       FROM shipping`,
    )
    .get();
  return state ?? { passedCreditId: 0, answeredPointId: 0, destination: null };
}

/** The number of the next point: above all that are there, and above all that count as answered. */
export function readNextPointId(db: Database.Database): number {
  return (
    db
      .prepare<[], number>(
        `SELECT max(coalesce((SELECT max(point_id) FROM point), 0), answered_point_id) + 1 FROM shipping`,
      )
      .pluck()
      .get() ?? 1
  );
}

export function writeDestination(db: Database.Database, destination: string): void {
  db.prepare(
    'UPDATE shipping SET destination = @destination WHERE destination IS NOT @destination',
  ).run({ destination });
}

/** What the last recorder called this machine; undefined before the first. */
export function readRecorderHost(db: Database.Database): string | undefined {
  return db
    .prepare<[], string>('SELECT host FROM recorder_run ORDER BY run_id DESC LIMIT 1')
    .pluck()
    .get();
}
