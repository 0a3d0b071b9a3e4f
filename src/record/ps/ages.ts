import { MS_PER_SECOND } from '../../shared/units.js';
import type { Sample, Taken } from './sample.js';

/** The age of a younger process tells nothing. */
export const TELLS_AGE_AFTER_MS = 3_000;

/** By how much an age in whole seconds may differ from the boot clock's, either way. */
const SLACK_MS = 2_000;

/** An age below 0 is printed as one from here up. */
const WRAPPED_FROM_SECONDS = 2 ** 31;

/** A process whose age is known without ps. */
export interface KnownAge {
  pid: number;
  /** In boot time. */
  startedBootMs: number;
}

/**
 * Tells possible ages from impossible ones. ps takes an age from the uptime and the process's start. Where a
 * container shows an uptime of its own (LXC with lxcfs) while starts are the host's, no age is true. And a process
 * that starts after ps has read the uptime has an age below 0, which some versions print as 4 billion seconds.
 */
export class Ages {
  #areTrue: boolean;

  /**
   * @param known of the recorder, by which the others are judged; undefined where there is none
   * @param areTrue what is believed before a sample shows it
   */
  constructor(
    private readonly known: KnownAge | undefined,
    areTrue = true,
  ) {
    this.#areTrue = areTrue;
  }

  /** Whether the ages of the last sample are true. */
  get areTrue(): boolean {
    return this.#areTrue;
  }

  /** The samples of one run, with 0 for ages below 0, and null for those that are not known. */
  checked(samples: ReadonlyMap<number, Sample>, taken: Taken): ReadonlyMap<number, Sample> {
    const shown = this.known && samples.get(this.known.pid)?.etimes;
    if (this.known !== undefined && typeof shown === 'number') {
      this.#areTrue = isTrue(shown, this.known.startedBootMs, taken) ?? this.#areTrue;
    }
    let right: Map<number, Sample> | undefined;
    for (const each of samples.values()) {
      if (this.#areTrue && isPossible(each.etimes, taken)) continue;
      const isBelow0 = this.#areTrue && (each.etimes ?? 0) >= WRAPPED_FROM_SECONDS;
      right ??= new Map(samples);
      right.set(each.pid, { ...each, etimes: isBelow0 ? 0 : null });
    }
    return right ?? samples;
  }
}

/** Whether a process that started then can be so old; undefined where it is too young to tell. */
function isTrue(etimes: number, startedBootMs: number, taken: Taken): boolean | undefined {
  if (!isPossible(etimes, taken)) return false;
  const youngestMs = taken.takenFromBootMs - startedBootMs;
  if (youngestMs < TELLS_AGE_AFTER_MS) return undefined;
  const ageMs = etimes * MS_PER_SECOND;
  const oldestMs = taken.takenToBootMs - startedBootMs;
  return ageMs >= youngestMs - SLACK_MS && ageMs <= oldestMs + SLACK_MS;
}

/** Nothing is older than the boot. */
function isPossible(etimes: number | null, { takenToBootMs }: Taken): boolean {
  return etimes !== null && etimes * MS_PER_SECOND <= takenToBootMs + SLACK_MS;
}
