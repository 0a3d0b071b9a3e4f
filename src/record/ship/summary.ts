import { PsusageError } from '../../shared/errors.js';
import { harmlessText } from '../../shared/harmless-text.js';
import { count, plural } from '../../shared/numbers.js';
import type { Delivered, Stop } from './deliver.js';

const KEPT = 'Nothing is lost: what was not acknowledged goes with the next run';

/** One line of how a run went. */
export function summaryLine({
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
export function failureOf(
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
    return new PsusageError('SHIP', `${destination}: ${harmlessText(stop.words)}`, {
      hint: hintOf(stop),
    });
  }
  if (setAside === 0) return undefined;
  return new PsusageError('SHIP', `the server refused ${plural(setAside, 'record')}`, {
    hint: 'psusage ship --quarantine lists them with its words',
  });
}

function hintOf(stop: Stop): string {
  return stop.kind === 'misconfigured' ? `${stop.hint} ${KEPT}` : KEPT;
}
