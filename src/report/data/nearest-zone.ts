import leven from 'leven';

/** A name that is further away is no misspelling but another name. */
const MAX_SLIPS = 3;

/** A zone whose city alone was named, or else the one with the fewest letters different. */
export function nearestZone(name: string): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: { zone: string; slips: number } | undefined;
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const lower = zone.toLowerCase();
    const city = lower.slice(lower.lastIndexOf('/') + 1);
    const slips = Math.min(leven(lower, wanted), leven(city, wanted));
    if (slips <= MAX_SLIPS && slips < (nearest?.slips ?? Infinity)) nearest = { zone, slips };
  }
  return nearest?.zone;
}
