import type { Cleanup } from '../experiment/cleanup.js';
import { recordLoad } from '../experiment/record-load.js';
import type { Stage } from '../experiment/stage.js';
import { startOlderTool } from '../samplers/older-tool.js';
import { startPidstat } from '../samplers/pidstat.js';
import type { Case } from './cases.js';
import { claimsOfPsusage, claimsOfSampler } from './claims.js';
import { errorsOf, type Errors } from './errors.js';

export const METHODS = ['psusage', '`times` + 0.5 s', 'pidstat 1'] as const;

export type Method = (typeof METHODS)[number];

/** One run of a load with all methods beside each other. */
export interface Measured {
  readonly errors: Readonly<Record<Method, Errors>>;
  readonly unseenMs: number;
  /** CPU time of the recorder, ps included, ÷ its time. */
  readonly recorderPercent: number;
  /** What must hold in the journal and doesn't. */
  readonly broken: readonly string[];
  /** What the load says of itself. */
  readonly notes: readonly string[];
}

export interface MeasureOptions extends Stage {
  readonly seconds: number;
  readonly seed: number;
  /** A folder with another ps than the machine's. */
  readonly psFolder?: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs a load once. */
export async function measure(
  measured: Case,
  options: MeasureOptions,
  cleanup: Cleanup,
): Promise<Measured> {
  const { load, crashes: crash, user: bar } = measured;
  const samplers = [startOlderTool(load.programs[0] ?? load.name), startPidstat()] as const;
  const [ran] = await Promise.allSettled([recordLoad(load, { ...options, crash }, cleanup)]);
  const [older, pidstat] = await Promise.all(samplers.map((sampler) => sampler.stop()));
  if (ran.status === 'rejected') throw ran.reason;
  const recorded = ran.value;
  const uids = new Map([['root', 0], ...options.users.map(userEntry)]);
  const errorsBy = (claims: ReturnType<typeof claimsOfPsusage>): Errors =>
    errorsOf(recorded.observation, claims, { bar, uids });
  const { cost } = recorded;
  return {
    errors: {
      psusage: errorsBy(claimsOfPsusage(recorded)),
      '`times` + 0.5 s': errorsBy(claimsOfSampler(older ?? [], recorded, uids)),
      'pidstat 1': errorsBy(claimsOfSampler(pidstat ?? [], recorded, uids)),
    },
    unseenMs: recorded.users.reduce((sum, { unseenMs }) => sum + unseenMs, 0),
    recorderPercent: (100 * cost.cpuMs) / cost.durationMs,
    broken: recorded.checks.flatMap(({ name, broken }) => (broken.length > 0 ? [name] : [])),
    notes: recorded.observation.outcome.notes,
  };
}

function userEntry({ name, uid }: { name: string; uid: number }): [string, number] {
  return [name, uid];
}
