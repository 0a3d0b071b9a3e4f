const MS_PER_TENTH = 100;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const hundredths = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** 1,234 */
export function count(value: number): string {
  return whole.format(value);
}

/** 1,234.50; what is more than nothing never looks like nothing. */
export function decimal(value: number): string {
  if (value > 0 && value < 0.005) return '<0.01';
  return hundredths.format(Math.abs(value) < 0.005 ? 0 : value);
}

/** Hours, minutes and seconds with tenths, such as 26:05:09.7; hours may go beyond a day's. */
export function hoursMinutesSeconds(ms: number): string {
  const tenths = Math.round(ms / MS_PER_TENTH);
  const seconds = Math.floor(tenths / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}.${tenths % 10}`;
}

/** A percentage that says 100 only when nothing is missing. */
export function percentDown(part: number, whole: number): string {
  const percent = whole === 0 ? 100 : (100 * part) / whole;
  if (percent > 0 && percent < 0.01) return '<0.01';
  return hundredths.format(Math.floor(percent * 100) / 100).replace(/\.00$/, '');
}

/** `1 gap`, `12 gaps` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
