import type { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { formatOffset, knownTimeZone } from './days.js';
import { writeToStderr } from './stderr.js';

const LOCALTIME = '/etc/localtime';
const ZONES = '/zoneinfo/';
const DATE_TIMEOUT_MS = 2_000;

/**
 * Says on stderr that times are shown in another zone than the system's, where Node.js can't tell that: `TZ` is a
 * rule, an abbreviation or a misspelt name, or /etc/localtime is a file of its own. The C library is asked, by date(1),
 * only where no zone of the tz database is named.
 *
 * @param timeZone in which they are shown
 * @param mend the option or variable that names the zone
 */
export async function warnOfUnknownTimeZone(
  nowMs: number,
  timeZone: string,
  mend: '--tz' | 'TZ',
): Promise<void> {
  const year = new Date(nowMs).getUTCFullYear();
  const moments = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)];
  const offsetsOf = (zone: string) =>
    moments.map((ms) => formatOffset(ms, zone).replace(':', '')).join();
  const shown = offsetsOf(timeZone);
  const isShown = (name: string) =>
    name === timeZone || (knownTimeZone(name) !== undefined && offsetsOf(name) === shown);
  const tz = process.env['TZ']?.replace(/^:/, '');
  if (tz === undefined ? isLinkToShown(timeZone, isShown) : isZoneName(tz) && isShown(tz)) return;
  const { execFileSync: run } = await import('node:child_process');
  const [winter, summer] = moments.map((ms) => readOffset(ms, run));
  if (winter === undefined || summer === undefined) return;
  const isRight = `${winter},${summer}` === shown;
  // Of a name that nobody knows all make UTC.
  const isUnknownName = timeZone === 'UTC' && tz !== undefined && isWord(tz) && !isShown(tz);
  if (isRight && !isUnknownName) return;
  const offsets = winter === summer ? winter : `${winter}, in July ${summer}`;
  const why = isRight
    ? `there is no time zone '${tz}', which TZ names`
    : `this system's clock is at ${offsets}: Node.js can't tell its time zone`;
  const example = mend === '--tz' ? '--tz Europe/Ljubljana' : 'TZ=Europe/Ljubljana';
  writeToStderr('warn', [
    `psusage: times and days are those of ${timeZone}, and ${why}`,
    `hint: name it, such as ${example}`,
  ]);
}

/** Others are abbreviations, of which Node.js takes some for another zone than they are. */
function isZoneName(tz: string): boolean {
  return tz === 'UTC' || tz.includes('/');
}

/** Neither a rule nor a path, nor the link to one that Debian has among its zones. */
function isWord(tz: string): boolean {
  return /^(?!localtime$)[a-z_][a-z_/-]*$/i.test(tz);
}

function isLinkToShown(timeZone: string, isShown: (name: string) => boolean): boolean {
  try {
    const path = realpathSync(LOCALTIME);
    const at = path.indexOf(ZONES);
    if (timeZone === 'UTC') return isUtcFile(path);
    return at >= 0 && isShown(path.slice(at + ZONES.length));
  } catch {
    // Without the file both take UTC.
    return true;
  }
}

/**
 * A container's image has a link to UTC, and another zone mounted on /etc/localtime lies under that name then. The last
 * line of a zone's file is its rule, as TZ could have it.
 */
function isUtcFile(path: string): boolean {
  return /\n[A-Z]+0\n$/.test(readFileSync(path, 'latin1'));
}

/** By how much the C library's clock is ahead of UTC then, such as `+0200`; undefined where date(1) can't tell. */
function readOffset(ms: number, run: typeof execFileSync): string | undefined {
  try {
    const said = run('date', ['-d', `@${ms / 1_000}`, '+%z'], {
      encoding: 'utf8',
      timeout: DATE_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^[+-]\d{4}$/.exec(said.trim())?.[0];
  } catch {
    return undefined;
  }
}
