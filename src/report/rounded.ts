/** Millionths: of a credit that is less than the kernel can tell. */
const DECIMALS = 6;

/** JSON has no infinity: what is out of all proportion is null like what is not known. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toFixed(DECIMALS));
}
