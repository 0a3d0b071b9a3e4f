import { knownTimeZone } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';

/**
 * The time zone of that name.
 *
 * @throws UsageError when there is none; the hint names one that comes close
 */
export async function readTimeZone(name: string): Promise<string> {
  const known = knownTimeZone(name);
  if (known !== undefined) return known;
  const { nearestZone } = await import('./nearest-zone.js');
  const near = nearestZone(name) ?? 'Europe/Ljubljana';
  throw new UsageError(`there is no time zone '${name}'`, `such as --tz ${near}, or --tz UTC`);
}
