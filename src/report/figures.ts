import { cpuSeconds, credits, creditsOfUtilSeconds, utilSeconds } from '../shared/units.js';
import type { ReportRow, Spent } from './report.js';

/** What was spent, in every unit that people reckon with. Not rounded. */
export interface Figures {
  cpuSeconds: number;
  utilSeconds: number;
  credits: number;
  /** Null where it is not known. */
  unseenCpuSeconds: number | null;
  /** Of what the host could spend in the whole period; null where its vCPUs are not known. */
  capacityPercent: number | null;
}

export function figuresOf(spent: Spent, capacityUtilSeconds: number | null): Figures {
  const used = utilSeconds(spent.cpuMs);
  return {
    cpuSeconds: cpuSeconds(spent.cpuMs),
    utilSeconds: used,
    credits: credits(spent.cpuMs),
    unseenCpuSeconds: spent.unseenCpuMs === null ? null : cpuSeconds(spent.unseenCpuMs),
    capacityPercent: capacityUtilSeconds === null ? null : percentOf(used, capacityUtilSeconds),
  };
}

/** Above 100 when the row is over its budget. */
export function budgetPercentOf(row: ReportRow): number {
  return percentOf(utilSeconds(row.cpuMs), row.budgetUtilSeconds);
}

/** What is left of the row's budget, in credits; negative when it is over. */
export function creditsLeftOf(row: ReportRow): number {
  return creditsOfUtilSeconds(row.budgetUtilSeconds) - credits(row.cpuMs);
}

/** A part of nothing is 0 %, and something of nothing is more than any percentage can say. */
export function percentOf(part: number, whole: number): number {
  if (whole > 0) return (100 * part) / whole;
  return part > 0 ? Infinity : 0;
}
