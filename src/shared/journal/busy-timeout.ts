/** How long a statement waits for another connection before it fails with SQLITE_BUSY. */
export const BUSY_TIMEOUT_MS = 5_000;
