import type { Cleanup } from '../experiment/cleanup.js';
import { type RecordedLoad, recordLoad } from '../experiment/record-load.js';
import type { Stage } from '../experiment/stage.js';
import { startOlderTool } from '../samplers/older-tool.js';
import { startPidstat } from '../samplers/pidstat.js';
import { sumCpuMs } from '../truth/ended-process.js';
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
  // Where everything on the machine is recorded only the load's users can be told from the others.
  const isAlone = load.programs.length > 0;
  const users = options.users.map(userEntry);
  const recorded = isAlone ? ran.value : ofUsers(ran.value, new Set(users.map(([, uid]) => uid)));
  const uids = new Map(isAlone ? [['root', 0], ...users] : users);
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

/** What a load's own users used, by the kernel and by the report. */
function ofUsers(recorded: RecordedLoad, uids: ReadonlySet<number>): RecordedLoad {
  const { observation, reported } = recorded;
  const perUser = observation.perUser.filter(({ uid }) => uids.has(uid));
  const users = reported.users.filter(({ uid }) => uids.has(uid));
  return {
    ...recorded,
    observation: { ...observation, perUser, totalCpuMs: sumCpuMs(perUser) },
    reported: { ...reported, users, totalCpuMs: sumCpuMs(users) },
    users: recorded.users.filter(({ uid }) => uids.has(uid)),
  };
}

function userEntry({ name, uid }: { name: string; uid: number }): [string, number] {
  return [name, uid];
}
