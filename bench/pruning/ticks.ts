/** Processes that changed since the tick before. */
export const CHANGING = 100;

/** Ten times as often as a recorder writes, for ten times as many to be held up. */
export const INTERVAL_MS = 100;
