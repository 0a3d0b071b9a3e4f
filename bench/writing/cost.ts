import { median } from '../cost/median.js';

/** What something cost: time on a CPU of this process, and on the wall, in ms. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export function costOf(work: () => void): Cost {
  const cpu = process.cpuUsage();
  const fromMs = performance.now();
  work();
  const wallMs = performance.now() - fromMs;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1_000, wallMs };
}

/** Of CPU and wall time, each for itself. */
export function medianCost(costs: readonly Cost[]): Cost {
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
  };
}

export function meanCost(costs: readonly Cost[]): Cost {
  return {
    cpuMs: mean(costs.map(({ cpuMs }) => cpuMs)),
    wallMs: mean(costs.map(({ wallMs }) => wallMs)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
