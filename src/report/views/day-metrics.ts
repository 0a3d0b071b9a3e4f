import { MS_PER_SECOND } from '../../shared/units.js';
import type { HostCounter, ProgramCounter } from '../data/counters.js';
import type { Metric } from '../formats/prometheus.js';
import type { JournalReport, ReportRow } from '../models/day.js';

/** Counters of all time, and how users stand against the budget of today. */
export function dayMetrics(
  { rows, coverage, runs }: JournalReport,
  programs: readonly ProgramCounter[],
  { cpuMs, recordedMs }: HostCounter,
): Metric[] {
  const ofPrograms = (toMs: (program: ProgramCounter) => number) =>
    programs
      .filter((each) => toMs(each) > 0)
      .map((each) => ({
        labels: { user: each.user, uid: String(each.uid), program: each.program },
        value: toMs(each) / MS_PER_SECOND,
      }));
  const ofUsers = (toValue: (row: ReportRow) => number) =>
    rows.map((row) => ({
      labels: { user: row.name, uid: String(row.uid) },
      value: toValue(row),
    }));
  const vcpus = runs.at(-1)?.vcpus;
  return [
    {
      name: 'psusage_user_cpu_seconds_total',
      type: 'counter',
      help: "CPU time of a user's processes of a program, ended ones and forks included.",
      series: ofPrograms((program) => program.cpuMs),
    },
    {
      name: 'psusage_user_unseen_cpu_seconds_total',
      type: 'counter',
      help: 'The part of it that no sample showed.',
      series: ofPrograms((program) => program.unseenCpuMs),
    },
    {
      name: 'psusage_cpu_seconds_total',
      type: 'counter',
      help: 'CPU time of all users, those without a series of their own included.',
      series: [{ value: cpuMs / MS_PER_SECOND }],
    },
    {
      name: 'psusage_recorded_seconds_total',
      type: 'counter',
      help: 'Time in which the recorder took samples.',
      series: [{ value: recordedMs / MS_PER_SECOND }],
    },
    {
      name: 'psusage_user_day_cpu_seconds',
      type: 'gauge',
      help: 'CPU time of a user since midnight.',
      series: ofUsers((row) => row.cpuMs / MS_PER_SECOND),
    },
    {
      name: 'psusage_user_budget_cpu_seconds',
      type: 'gauge',
      help: 'CPU time that a user may spend today.',
      series: ofUsers((row) => row.budgetCpuMs / MS_PER_SECOND),
    },
    {
      name: 'psusage_user_budget_used_ratio',
      type: 'gauge',
      help: 'The part of it that is spent: 1 is all.',
      series: ofUsers((row) => row.cpuMs / row.budgetCpuMs),
    },
    {
      name: 'psusage_day_recorded_ratio',
      type: 'gauge',
      help: 'The part of the time since midnight that was recorded.',
      series: coverage.elapsedMs === 0 ? [] : [{ value: coverage.recordedMs / coverage.elapsedMs }],
    },
    {
      name: 'psusage_host_vcpus',
      type: 'gauge',
      help: 'vCPUs of the host.',
      series: vcpus === undefined ? [] : [{ value: vcpus }],
    },
  ];
}
