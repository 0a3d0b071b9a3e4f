import type { Burners } from './burners.js';
import { untilOver } from './recording.js';

/** How a load ended, and the recorder with it. */
export interface LoadEnd {
  /** What the kernel counted of it. */
  readonly kernelMs: number;
  /** Processes and records that are not over in the journal though they should be. */
  readonly left: number;
}

/** Ends a load slowly enough for a recorder to see all of it: the parent, who has reaped the others, last. */
export async function endLoad(burners: Burners, journal: string): Promise<LoadEnd> {
  const kernelMs = await burners.endForks();
  const leftOfForks = await untilOver(journal, { living: 1 });
  await burners.endParent();
  return { kernelMs, left: leftOfForks + (await untilOver(journal, { living: 0 })) };
}
