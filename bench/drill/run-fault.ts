import { withCleanup } from '../experiment/cleanup.js';
import { seededRandom } from '../loads/random.js';
import type { Drill, Fault, Outcome } from './fault.js';

/**
 * Injects one fault, and undoes all that it made. The numbers begin anew with each, so that one can be
 * repeated alone.
 *
 * @returns why it was not tried where it can't be tried here
 */
export async function runFault(
  fault: Fault,
  options: Omit<Drill, 'random' | 'cleanup' | 'signal'>,
): Promise<Outcome | string> {
  const missing = fault.missing?.();
  if (missing !== undefined) return missing;
  let outcome: Outcome = { saw: [], said: [], breaches: ['it was interrupted'] };
  await withCleanup(async (cleanup, signal) => {
    outcome = await fault.run({ ...options, random: seededRandom(options.seed), cleanup, signal });
  });
  return outcome;
}
