import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, seededRandom } from '../../test/random.js';
import { type Cleanup, withCleanup } from '../shared/cleanup.js';

/** What every fault of a drill shares. */
export interface Drill {
  readonly seed: number;
  readonly random: Random;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
  /** How many times the recorder is killed. */
  readonly kills: number;
  /** How long the soak lasts. */
  readonly minutes: number;
  /** Tells people how far it is. */
  readonly progress: (line: string) => void;
}

/** What came of a fault. */
export interface Outcome {
  /** What was seen, a line each. */
  readonly seen: readonly string[];
  /** What the recorder logged about it, each once. */
  readonly logged: readonly string[];
  /** What must always hold and did not, in words; none is well. */
  readonly breaches: readonly string[];
}

/** Something that goes wrong while a real recorder records real processes. */
export interface Fault {
  /** As `--only` takes it. */
  readonly name: string;
  /** What is done, as the table has it. */
  readonly done: string;
  /** Why it can't be tried here; undefined where it can. */
  readonly missing?: () => string | undefined;
  /** Only by its name, since it takes long. */
  readonly byNameOnly?: boolean;
  readonly run: (drill: Drill) => Promise<Outcome>;
}

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
  let outcome: Outcome = { seen: [], logged: [], breaches: ['it was interrupted'] };
  await withCleanup(async (cleanup, signal) => {
    outcome = await fault.run({ ...options, random: seededRandom(options.seed), cleanup, signal });
  });
  return outcome;
}

export function needsRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'needs root';
}

/** A folder that goes with the fault. */
export async function makeFolder({ cleanup }: Pick<Drill, 'cleanup'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-drill-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  return folder;
}
