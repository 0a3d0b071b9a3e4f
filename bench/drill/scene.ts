import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliRun } from '../../test/cli.js';
import { formatSeconds } from '../shared/table.js';
import type { Drill, Outcome } from './fault.js';
import { BURNER, endLoad, startBurningLoad } from './load.js';
import {
  type GapSum,
  isNear,
  missingPart,
  Onlooker,
  readGaps,
  readSums,
  type Sums,
} from './look.js';
import { startRecorder, stopRecorder, summarizeLogs, waitForTick } from './recorder.js';

/** The load runs that long before the fault, and after it. */
const CALM_MS = 2_000;

/** The load ends by itself after that long. */
const LOAD_LIMIT_SECONDS = 600;

export interface SceneOptions {
  /** A new folder's, when left out. */
  readonly journal?: string;
  readonly env?: Record<string, string>;
  readonly intervalMs?: number;
  /** How far the sums may be from the kernel's count, in parts of it; where it is left out they may be anything. */
  readonly mostMissing?: number;
  /** The load is seen from its beginning on: no lifecycle may have begun anew, with what it had used as prior. */
  readonly nothingPrior?: boolean;
  /** Something has to be in the journal as a gap of this reason. */
  readonly gap?: 'ps' | 'late' | 'suspended' | 'journal';
}

/** A recorder on a load, to do something to. */
export interface Scene {
  readonly folder: string;
  readonly journal: string;
  /** The one that runs now. */
  readonly recorder: () => CliRun;
  /** Starts another when the one before has ended. */
  readonly restart: () => Promise<void>;
}

/** Has a recorder record a load, does something to it, and looks at what is in the journal when all is over. */
export async function underLoad(
  drill: Drill,
  options: SceneOptions & { folder: string },
  inject: (scene: Scene) => Promise<void>,
): Promise<Outcome> {
  const { folder, journal = join(folder, 'psusage.db') } = options;
  const start = (): CliRun =>
    startRecorder({ ...options, program: BURNER, journal }, drill.cleanup);
  const recorders = [start()];
  const recorder = (): CliRun => recorders.at(-1) ?? start();
  await waitForTick(journal, recorder());
  const load = await startBurningLoad({ folder, seed: drill.seed, seconds: LOAD_LIMIT_SECONDS });
  drill.cleanup.defer(load.kill);
  const calm = (): Promise<void> => sleep(CALM_MS, undefined, { signal: drill.signal });
  const restart = async (): Promise<void> => {
    recorders.push(start());
    await waitForTick(journal, recorder());
  };
  await calm();
  await inject({ folder, journal, recorder, restart });
  await calm();

  const { kernelMs, left } = await endLoad(load, journal);
  const exit = await stopRecorder(recorder());
  const { breaches } = await new Onlooker(journal).look();
  const [sums, gaps] = [readSums(journal), readGaps(journal)];
  const missing = missingPart(sums, kernelMs);
  return {
    seen: [
      `${sums.processes} processes; the kernel counted ${formatSeconds(kernelMs)} s, the journal ${(-100 * missing).toFixed(2)} %`,
      ...gaps.map(formatGaps),
    ],
    logged: summarizeLogs(recorders),
    breaches: [...breaches, ...brokenPromises(options, { left, exit, sums, gaps, kernelMs })],
  };
}

/** How a fault ended. */
interface End {
  readonly left: number;
  readonly exit: number | string | null;
  readonly sums: Sums;
  readonly gaps: readonly GapSum[];
  readonly kernelMs: number;
}

function brokenPromises(options: SceneOptions, end: End): string[] {
  const { mostMissing = Infinity, nothingPrior = false, gap } = options;
  const hasGap = gap === undefined || end.gaps.some(({ reason }) => reason === gap);
  return [
    ...(end.left === 0 ? [] : [`${end.left} processes and records are not over at the end`]),
    ...(end.exit === 0 ? [] : [`the recorder ended with ${String(end.exit)}`]),
    ...(isNear(end.sums, end.kernelMs, mostMissing) ? [] : ['the sums are too far off']),
    ...(nothingPrior && end.sums.priorMs > 0 ? ['a lifecycle was begun anew'] : []),
    ...(hasGap ? [] : [`there is no gap that says ‘${gap}’`]),
  ];
}

function formatGaps({ reason, count, durationMs }: GapSum): string {
  return `${count} ${count === 1 ? 'gap' : 'gaps'} of ${formatSeconds(durationMs)} s: ${reason}`;
}
