/** The kernel counts in ticks of a hundredth of a second, on every architecture of today. */
export const TICK_MS = 10;

/** Above this ps prints 99.999 for `cuu` and `cuc`. */
export const CAPPED_ABOVE_PERCENT = 99;

/** Half of the last digit of `cuu`, and a little for ps's arithmetic in single precision. */
export const HALF_A_THOUSANDTH = 0.000_501;
