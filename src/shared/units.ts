/** Milliseconds of a second. */
export const MS_PER_SECOND = 1_000;

export const MS_PER_MINUTE = 60_000;

export const MS_PER_HOUR = 3_600_000;

/** Of UTC; days of other zones may have 23 or 25 hours. */
export const MS_PER_DAY = 86_400_000;

/** 1 % of one vCPU for one second is a util-second; a CPU-second is 100 of them. */
const UTIL_SECONDS_PER_CPU_SECOND = 100;

/** One AWS CPU credit: one vCPU at 100 % for a minute, 6,000 util-seconds. */
const CPU_SECONDS_PER_CREDIT = 60;

/** What a credit is in util-seconds. */
export const UTIL_SECONDS_PER_CREDIT = UTIL_SECONDS_PER_CPU_SECOND * CPU_SECONDS_PER_CREDIT;

/** One vCPU at 100 % for a day of 24 hours: 1,440 credits. */
export const UTIL_SECONDS_PER_VCPU_DAY = 8_640_000;

/** Credit records end at these marks of UTC; every time zone in use begins its days at one. */
export const QUARTER_HOUR_MS = 900_000;

export function cpuSeconds(cpuMs: number): number {
  return cpuMs / MS_PER_SECOND;
}

export function utilSeconds(cpuMs: number): number {
  return (cpuMs * UTIL_SECONDS_PER_CPU_SECOND) / MS_PER_SECOND;
}

export function credits(cpuMs: number): number {
  return cpuMs / (MS_PER_SECOND * CPU_SECONDS_PER_CREDIT);
}

export function creditsToCpuMs(amount: number): number {
  return amount * MS_PER_SECOND * CPU_SECONDS_PER_CREDIT;
}

export function utilSecondsToCpuMs(amount: number): number {
  return (amount * MS_PER_SECOND) / UTIL_SECONDS_PER_CPU_SECOND;
}

export function utilSecondsToCredits(amount: number): number {
  return amount / UTIL_SECONDS_PER_CREDIT;
}

/** What `vcpus` could spend at 100 % during `durationMs` of wall time, in util-seconds. */
export function capacityUtilSeconds(vcpus: number, durationMs: number): number {
  return utilSeconds(vcpus * durationMs);
}

/** The quarter-hour of UTC that holds the moment, as its first millisecond since 1970. */
export function startOfQuarter(ms: number): number {
  return Math.floor(ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}
