import type { Random } from '../loads/random.js';
import type { Cleanup } from '../experiment/cleanup.js';

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
  /** Says how far it is; for people, while it runs. */
  readonly say: (words: string) => void;
}

/** What came of a fault. */
export interface Outcome {
  /** What was seen, a line each. */
  readonly saw: readonly string[];
  /** What the recorder said of it, each once. */
  readonly said: readonly string[];
  /** What must always hold and did not, in words; none is well. */
  readonly breaches: readonly string[];
}

/** Something that goes wrong while a real recorder records real processes. */
export interface Fault {
  /** As `--only` takes it. */
  readonly name: string;
  /** What is done to it, as the table says it. */
  readonly done: string;
  /** Why it can't be tried here; undefined where it can. */
  readonly missing?: () => string | undefined;
  /** Left out unless it is asked for by name: it takes long. */
  readonly byNameOnly?: boolean;
  readonly run: (drill: Drill) => Promise<Outcome>;
}

export function needsRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'needs root';
}
