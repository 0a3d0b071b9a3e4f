const MS_PER_TENTH = 100;
const MS_PER_SECOND = 1_000;

/** A double is right to so many digits; what is beyond them is not what was meant. */
const DIGITS = 15;

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A part of nothing is 0 %, and something of nothing is more than any percentage can say. */
export function percentOf(part: number, whole: number): number {
  if (whole > 0) return (100 * part) / whole;
  return part > 0 ? Infinity : 0;
}

/** 1,234 */
export function count(value: number): string {
  const size = Math.round(Math.abs(value));
  return signed(value < 0 && size > 0, grouped(size));
}

/**
 * 0.41, 24.9, 986 or 1,434: three digits, or more where a whole number has more. What is more than nothing never
 * looks like nothing.
 */
export function rounded(value: number): string {
  if (value === 0) return '0';
  if (value > 0 && value < 0.005) return '<0.01';
  const size = Math.abs(value);
  if (size >= 99.95) return count(value);
  return size >= 9.995 ? fixed(value, 1) : fixed(value);
}

/** The same of a percentage, which says 100 only when nothing is missing. */
export function roundedDown(part: number, whole: number): string {
  const percent = whole === 0 ? 100 : (100 * part) / whole;
  const steps = percent >= 10 ? 10 : 100;
  if (percent > 0 && percent < 0.01) return '<0.01';
  return rounded(Math.floor(percent * steps) / steps).replace(/\.0+$/, '');
}

/** +1,234 or -0.35; what would look like nothing is about 0. */
export function change(value: number): string {
  if (Math.abs(value) < 0.005) return 'about 0';
  return `${value < 0 ? '-' : '+'}${rounded(Math.abs(value))}`;
}

/** 2, 2.5 or 2.25 */
export function upToHundredths(value: number): string {
  return fixed(value).replace(/\.?0+$/, '');
}

/** Hours, minutes and seconds, such as 26:05:09; hours may go beyond a day's. */
export function wholeSeconds(ms: number): string {
  return hoursMinutesSeconds(Math.round(ms / MS_PER_SECOND) * MS_PER_SECOND).slice(0, -2);
}

/** Hours, minutes and seconds with tenths, such as 26:05:09.7; hours may go beyond a day's. */
export function hoursMinutesSeconds(ms: number): string {
  const tenths = Math.round(ms / MS_PER_TENTH);
  const seconds = Math.floor(tenths / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}.${tenths % 10}`;
}

/** `1 gap`, `12 gaps` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

// What Node.js knows of languages costs a report 10 ms to load, for numbers that are all in English.
function fixed(value: number, decimals: 1 | 2 = 2): string {
  const scale = 10 ** decimals;
  const amount = Math.round(Number((Math.abs(value) * scale).toPrecision(DIGITS)));
  const rest = String(amount % scale).padStart(decimals, '0');
  if (amount === Infinity) return signed(value < 0, grouped(amount));
  return signed(value < 0 && amount > 0, `${grouped(Math.floor(amount / scale))}.${rest}`);
}

function grouped(whole: number): string {
  if (whole === Infinity) return '∞';
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

function signed(isNegative: boolean, size: string): string {
  return isNegative ? `-${size}` : size;
}
