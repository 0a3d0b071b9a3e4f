import { PsusageError } from '../../shared/errors.js';
import { sanitize } from '../../shared/sanitize.js';
import { count, plural } from '../../shared/numbers.js';
import type { Delivered, Stop } from './deliver.js';

/** How an attempt failed: no answer for now; something to set right; records that were refused; something else. */
export type FailedOutcome = 'unavailable' | 'misconfigured' | 'refused' | 'failed';

/** A run in which something that should have gone did not. */
export class ShipError extends PsusageError {
  /**
   * @param outcome what kind of failure it is
   * @param words why it failed, without what else the message has
   */
  constructor(
    readonly outcome: FailedOutcome,
    readonly words: string,
    message: string,
    hint?: string,
  ) {
    super('SHIP', message, { hint });
  }
}

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
 * What is to be said of a run in which something that should have gone did not; undefined where all went. A server
 * that is down is one line: cron mails it each minute.
 *
 * @param run `limit`: its time limit in words, where it was over; `left`: records that wait for the next run
 */
export function toFailure(
  { stop, setAside }: Delivered,
  run: { destination: string; limit: string | undefined; left: number },
): ShipError | undefined {
  const { destination, limit, left } = run;
  const waiting = `${plural(left, 'record')} ${left === 1 ? 'waits' : 'wait'} for the next run`;
  if (stop !== undefined && limit !== undefined) {
    const words = `shipping took longer than ${limit}`;
    const message = `${words}; ${waiting}`;
    return new ShipError('unavailable', words, message, 'allow more with --max-time');
  }
  if (stop !== undefined) {
    const words = sanitize(stop.words);
    const outcome = stop.kind === 'misconfigured' ? 'misconfigured' : 'unavailable';
    return new ShipError(outcome, words, `${destination}: ${words}; ${waiting}`, toHint(stop));
  }
  if (setAside === 0) return undefined;
  const words = `the server refused ${plural(setAside, 'record')}`;
  const hint = 'psusage ship --quarantine lists them, with its reasons';
  return new ShipError('refused', words, words, hint);
}

function toHint(stop: Stop): string | undefined {
  return stop.kind === 'misconfigured' ? stop.hint : undefined;
}

/** What somebody should know once the first points of a journal have arrived. */
export function formatFirstShipment(host: string): string {
  return (
    `first shipment from this journal: as host '${sanitize(host)}'. ` +
    'Another machine of this name in the same database would overwrite its records; change the name with --host.'
  );
}

/** What somebody should know where points went elsewhere before. */
export function formatMove(before: string, destination: string): string {
  return (
    `this journal was shipped to ${sanitize(before)} before; ${sanitize(destination)} does not get ` +
    'what has arrived there. To send everything: psusage ship --resend all'
  );
}
