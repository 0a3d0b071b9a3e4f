/**
 * The form that new points get. A point keeps the form it was first sent in: another one would be another
 * point, so a change here needs a new number, with the old form still written for the old.
 */
export const SERIALISER = 1;

/** A complete credit record, as far as its point shows it. None of it ever changes. */
export interface CompleteRecord {
  creditId: number;
  pid: number;
  /** Of a uid under one of its names. */
  userId: number;
  programId: number;
  commandId: number;
  fromMs: number;
  toMs: number;
  cpuMs: number;
  /** The process is gone, not only the slice. */
  ended: 0 | 1;
  /** CPU time that no sample showed. */
  unseen: 0 | 1;
}

/** A record with the point that it is sent as. Its line follows from these, in the form of `SERIALISER`. */
export interface Point {
  record: CompleteRecord;
  /** Points are sent in the order of these. */
  pointId: number;
  seriesId: number;
  timestampMs: number;
}

/** The tags of a series, as they are sent. */
export interface Series {
  host: string;
  program: string;
  user: string;
}

/** A point that a server refused by itself, and its words. */
export interface Refusal {
  point: Point;
  status: number;
  /** 300 characters at most. */
  words: string;
}

/** The newest point, out of turn. */
export interface Newest {
  point: Point;
  /** It comes in its turn too; else it is acknowledged already. */
  isWaiting: boolean;
}

/** Where points come from, and what becomes of them. */
export interface Points {
  /**
   * The next to be sent: `limit` of them, or fewer when there are no more for now. `acknowledged` are marked in the
   * same transaction, since each waits for the disk.
   */
  next: (limit: number, acknowledged?: readonly Point[]) => Point[];
  /** The newest, or the last that no server has refused; undefined where there is none. */
  newest: () => Newest | undefined;
  /**
   * Marks points that a server has. They are in their order, and whatever comes before them was acknowledged or
   * set aside.
   */
  acknowledge: (points: readonly Point[]) => void;
  /** Keeps points that a server refused from being sent with the others. */
  setAside: (refusals: readonly Refusal[]) => void;
}
