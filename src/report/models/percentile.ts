/**
 * The value below which so many percent of the values lie, in a straight line between the two nearest
 * ones, as spreadsheets do it (PERCENTILE.INC); undefined where there are no values.
 *
 * @param percent 0 to 100
 */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const ordered = Float64Array.from(values).sort();
  const place = ((ordered.length - 1) * percent) / 100;
  const below = ordered.at(Math.floor(place));
  const above = ordered.at(Math.ceil(place));
  if (below === undefined || above === undefined) return undefined;
  return below + (above - below) * (place - Math.floor(place));
}
