import type { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { formatOffset, knownTimeZone } from './days.js';
import { writeToStderr } from './stderr.js';

const LOCALTIME = '/etc/localtime';
const ZONES = '/zoneinfo/';
const DATE_TIMEOUT_MS = 2_000;

/**
 * Says on stderr that times are shown in another zone than the system's, where Node.js can't tell that: `TZ` is a
 * rule rather than a name, or /etc/localtime is a file of its own. The C library is asked, by date(1), only where no
 * zone is named.
 *
 * @param timeZone in which they are shown
 * @param mend the option or variable that names the zone
 */
export async function warnOfUnknownTimeZone(
  nowMs: number,
  timeZone: string,
  mend: '--tz' | 'TZ',
): Promise<void> {
  if (isZoneNamed(process.env['TZ'], timeZone)) return;
  const { execFileSync: run } = await import('node:child_process');
  const year = new Date(nowMs).getUTCFullYear();
  const moments = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)];
  const [winter, summer] = moments.map((ms) => readOffset(ms, run));
  const shown = moments.map((ms) => formatOffset(ms, timeZone).replace(':', ''));
  if (winter === undefined || summer === undefined) return;
  if (winter === shown[0] && summer === shown[1]) return;
  const offsets = winter === summer ? winter : `${winter}, in July ${summer}`;
  const example = mend === '--tz' ? '--tz Europe/Ljubljana' : 'TZ=Europe/Ljubljana';
  writeToStderr('warn', [
    `psusage: times and days are those of ${timeZone}, and this system's clock is at ${offsets}: Node.js can't tell its time zone`,
    `hint: name it, such as ${example}`,
  ]);
}

function isZoneNamed(tz: string | undefined, timeZone: string): boolean {
  const isName = (name: string) => name === timeZone || knownTimeZone(name) !== undefined;
  if (tz !== undefined) return isName(tz.replace(/^:/, ''));
  try {
    const path = realpathSync(LOCALTIME);
    const at = path.indexOf(ZONES);
    const name = at < 0 ? '' : path.slice(at + ZONES.length);
    return name.endsWith('UTC') ? isUtcFile(path) : isName(name);
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
