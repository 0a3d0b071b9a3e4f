/** A ratio, with two decimals. */
export function times(value: number, of: number): string {
  return `${(value / of).toFixed(2)} ×`;
}

/** Milliseconds, with one decimal. */
export function milliseconds(ms: number): string {
  return `${ms < 0 ? '−' : ''}${Math.abs(ms).toFixed(1)} ms`;
}

/** A size, with one decimal. */
export function mebibytes(bytes = NaN): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
