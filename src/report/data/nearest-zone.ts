import leven from 'leven';

/** A name that is further away is no misspelling but another name: so many, and one for so many letters. */
const MAX_SLIPS = 3;
const LETTERS_PER_SLIP = 3;

/** A zone whose city alone was named, or else the one with the fewest letters different. */
export function nearestZone(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const mostSlips = Math.min(MAX_SLIPS, wanted.length / LETTERS_PER_SLIP);
  let nearest: { zone: string; slips: number } | undefined;
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const lower = zone.toLowerCase();
    const city = lower.slice(lower.lastIndexOf('/') + 1);
    const slips = Math.min(leven(lower, wanted), leven(city, wanted));
    if (slips <= mostSlips && slips < (nearest?.slips ?? Infinity)) nearest = { zone, slips };
  }
  return nearest?.zone;
}
