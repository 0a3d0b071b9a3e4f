/** What is sent of a record. */
export interface Point {
  /** Points are sent in the order of these. */
  pointId: number;
  line: string;
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
  /** The next to be sent: `limit` of them, or fewer when there are no more for now. */
  next: (limit: number) => Point[];
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
