import { seconds, type TextTable } from '../experiment/table.js';
import type { SimulatedDay } from '../simulation/day.js';
import { offBy } from './figures.js';
import type { CaseSummary } from './summary.js';
import type { Verdict } from './verdict.js';

/** Each method's errors on each load, the median and the worst of all runs. */
export function errorTable(summaries: readonly CaseSummary[]): TextTable {
  return {
    head: [
      ...['load', 'method', 'total, median', 'total, worst'],
      ...['worst user, median', 'worst user, worst', 'a process', 'saw'],
    ],
    rows: summaries.flatMap(({ measured, methods }) =>
      methods.map(({ method, total, worstUser, meanProcessMs, seen }) => [
        measured.name,
        method,
        offBy(total.median),
        offBy(total.worst),
        offBy(worstUser.median),
        offBy(worstUser.worst),
        `${seconds(meanProcessMs.median)} s`,
        `${(100 * seen).toFixed(0)} %`,
      ]),
    ),
  };
}

/** What ran, in the mean of all runs. */
export function loadTable(summaries: readonly CaseSummary[]): TextTable {
  return {
    head: ['load', 'CPU time', 'processes', 'of it unseen', 'recorder, % of a vCPU'],
    rows: summaries.map(({ measured, runs }) => {
      const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      return [
        measured.name,
        `${seconds(mean(runs.map(({ errors }) => errors.psusage.total.kernelMs)))} s`,
        mean(runs.map(({ errors }) => errors.psusage.processes)).toFixed(0),
        `${seconds(mean(runs.map(({ unseenMs }) => unseenMs)))} s`,
        mean(runs.map(({ recorderPercent }) => recorderPercent)).toFixed(2),
      ];
    }),
  };
}

/** A simulated day's row for each server. */
export function simulatedTable(days: readonly SimulatedDay[]): TextTable {
  return {
    head: ['simulated day', 'forks', 'CPU time', 'off at its end', 'off at the worst hour'],
    rows: days.map(({ serverName, forks, usedMs, errorMs, worstHourMs }) => [
      serverName,
      String(forks),
      `${seconds(usedMs)} s`,
      offBy({ kernelMs: usedMs, errorMs }),
      offBy({ kernelMs: NaN, errorMs: worstHourMs }),
    ]),
  };
}

/** Every bar, and whether it was reached. */
export function verdictTable(verdicts: readonly Verdict[]): TextTable {
  return {
    head: ['load', 'figure', 'within', 'median', 'worst', 'holds'],
    rows: verdicts.map((each) => [
      each.caseName,
      each.figure,
      each.bar,
      each.median,
      each.worst,
      each.holds,
    ]),
  };
}
