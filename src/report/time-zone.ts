import leven from 'leven';
import { knownTimeZone } from '../shared/days.js';
import { UsageError } from '../shared/errors.js';

/** A name that is further away is no misspelling but another name. */
const MAX_SLIPS = 3;

/**
 * The time zone of that name.
 *
 * @throws UsageError when there is none; the hint names one that comes close
 */
export function readTimeZone(name: string): string {
  const known = knownTimeZone(name);
  if (known !== undefined) return known;
  const near = nearestZone(name) ?? 'Europe/Ljubljana';
  throw new UsageError(`there is no time zone '${name}'`, `such as --tz ${near}, or --tz UTC`);
}

/** A zone whose city alone was named, or else the one with the fewest letters different. */
function nearestZone(name: string): string | undefined {
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
