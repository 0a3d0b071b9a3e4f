/** The measurement and tags: all before the first space that is not escaped. */
const SERIES = /^(?:\\.|[^\\ ])*/;

/** What tells one point from another, as InfluxDB does: its series and its timestamp, with a space between. */
export function keyOf(line: string): string {
  const series = SERIES.exec(line)?.[0] ?? '';
  return `${series} ${line.slice(line.lastIndexOf(' ') + 1)}`;
}
