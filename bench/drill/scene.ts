import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliRun } from '../../test/cli.js';
import { seconds } from '../experiment/table.js';
import { startBurners } from './burners.js';
import { endLoad } from './end-load.js';
import type { Drill, Outcome } from './fault.js';
import { Onlooker } from './look.js';
import { startRecorder, stopRecorder, untilTicked } from './recording.js';
import { saidIn } from './said.js';
import { isNear, missingPart, readSums, type GapSum, type Sums } from './sums.js';

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

/** A folder that goes with the fault. */
export async function newFolder({ cleanup }: Drill): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-drill-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  return folder;
}

/** Has a recorder record burners, does something to it, and looks at what is in the journal when all is over. */
export async function underLoad(
  drill: Drill,
  options: SceneOptions & { folder: string },
  inject: (scene: Scene) => Promise<void>,
): Promise<Outcome> {
  const { folder, journal = join(folder, 'psusage.db') } = options;
  const start = (): CliRun => startRecorder({ ...options, journal }, drill.cleanup);
  const recorders = [start()];
  const recorder = (): CliRun => recorders.at(-1) ?? start();
  await untilTicked(journal, recorder());
  const burners = await startBurners({ folder, seed: drill.seed, seconds: LOAD_LIMIT_SECONDS });
  drill.cleanup.defer(burners.kill);
  const calm = (): Promise<void> => sleep(CALM_MS, undefined, { signal: drill.signal });
  const restart = async (): Promise<void> => {
    recorders.push(start());
    await untilTicked(journal, recorder());
  };
  await calm();
  await inject({ folder, journal, recorder, restart });
  await calm();

  const { kernelMs, left } = await endLoad(burners, journal);
  const exit = await stopRecorder(recorder());
  const { breaches } = await new Onlooker(journal).look();
  const sums = readSums(journal);
  const missing = missingPart(sums, kernelMs);
  return {
    saw: [
      `${sums.processes} processes; the kernel counted ${seconds(kernelMs)} s, the journal ${(-100 * missing).toFixed(2)} %`,
      ...sums.gaps.map(inWords),
    ],
    said: saidIn(recorders.map((each) => each.stderr())),
    breaches: [...breaches, ...brokenPromises(options, { left, exit, sums, kernelMs })],
  };
}

/** How a fault ended. */
interface End {
  readonly left: number;
  readonly exit: number | string | null;
  readonly sums: Sums;
  readonly kernelMs: number;
}

function brokenPromises(options: SceneOptions, end: End): string[] {
  const { mostMissing = Infinity, nothingPrior = false, gap } = options;
  const hasGap = gap === undefined || end.sums.gaps.some(({ reason }) => reason === gap);
  return [
    ...(end.left === 0 ? [] : [`${end.left} processes and records are not over at the end`]),
    ...(end.exit === 0 ? [] : [`the recorder ended with ${String(end.exit)}`]),
    ...(isNear(end.sums, end.kernelMs, mostMissing) ? [] : ['the sums are too far off']),
    ...(nothingPrior && end.sums.priorMs > 0 ? ['a lifecycle was begun anew'] : []),
    ...(hasGap ? [] : [`there is no gap that says ‘${gap}’`]),
  ];
}

function inWords({ reason, count, durationMs }: GapSum): string {
  return `${count} ${count === 1 ? 'gap' : 'gaps'} of ${seconds(durationMs)} s: ${reason}`;
}
