import { PsusageError } from '../../shared/errors.js';
import { sanitize } from '../../shared/sanitize.js';
import { count, plural } from '../../shared/numbers.js';
import type { Delivered, Stop } from './deliver.js';

const KEPT = 'Nothing is lost: what was not acknowledged goes with the next run';

/** One line of how a run went. */
export function formatSummary({
  sent,
  setAside,
  left,
  seconds,
}: Pick<Delivered, 'sent' | 'setAside'> & { left: number; seconds: number }): string {
  return `sent ${plural(sent, 'record')}, ${count(left)} left, ${count(setAside)} set aside, in ${seconds.toFixed(1)} s`;
}

/**
 * What is to be said of a run in which something that should have gone did not; undefined where all went.
 *
 * @param limit the run's time limit in words, where it was over
 */
export function toFailure(
  { stop, setAside }: Delivered,
  destination: string,
  limit: string | undefined,
): PsusageError | undefined {
  if (stop !== undefined && limit !== undefined) {
    return new PsusageError('SHIP', `shipping took longer than ${limit}`, {
      hint: `${KEPT}. --max-time gives a run more time`,
    });
  }
  if (stop !== undefined) {
    return new PsusageError('SHIP', `${destination}: ${sanitize(stop.words)}`, {
      hint: toHint(stop),
    });
  }
  if (setAside === 0) return undefined;
  return new PsusageError('SHIP', `the server refused ${plural(setAside, 'record')}`, {
    hint: 'psusage ship --quarantine lists them with its words',
  });
}

function toHint(stop: Stop): string {
  return stop.kind === 'misconfigured' ? `${stop.hint} ${KEPT}` : KEPT;
}

/** What somebody should know with the first points that go to a server; nothing once it has some. */
export function formatNotices(run: {
  host: string;
  destination: string;
  /** Where points went until now; null before the first. */
  before: string | null;
  /** What is dangerous about the connection. */
  warnings: readonly string[];
}): string[] {
  const { host, destination, before, warnings } = run;
  if (before === destination) return [];
  if (before === null) {
    return [
      ...warnings,
      `first shipment from this journal: as host '${sanitize(host)}'. ` +
        'A machine of the same name in the same database would overwrite it; --host names this one.',
    ];
  }
  return [
    ...warnings,
    `until now this journal was shipped to ${sanitize(before)}; ` +
      'what has arrived there is not sent to the new server. To send everything: --resend all',
  ];
}
