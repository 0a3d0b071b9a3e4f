import { seconds, signedSeconds, type TextTable } from '../experiment/table.js';
import { ratioTo, type Verdict } from './bars.js';
import type { HostCost } from './measure.js';
import type { Storm } from './storm.js';
import { OLDER_PIPELINE, PIDSTAT, TOOLS } from './tools.js';

/** Each tool's ms of CPU time a sample, and psusage's ratio to two of them. */
export function costTable(costs: readonly HostCost[]): TextTable {
  return {
    head: [
      ...['host', 'processes', 'psusage', ...TOOLS.map(({ name }) => name)],
      ...[`÷ ${PIDSTAT.name}`, `÷ ${OLDER_PIPELINE.name}`],
    ],
    rows: costs.map((cost) => [
      cost.host.name,
      String(cost.processes),
      ms(cost.psusage.meanMs),
      ...TOOLS.map(({ name }) => ms(cost.others.get(name)?.meanMs)),
      ratio(ratioTo(cost, PIDSTAT)),
      ratio(ratioTo(cost, OLDER_PIPELINE)),
    ]),
  };
}

/** Where psusage's own cost lies. */
export function partsTable(costs: readonly HostCost[]): TextTable {
  return {
    head: [
      ...['host', 'mean', 'recorder', 'its shell', 'ps'],
      ...['10 s, median', '10 s, most', 'forks a second', 'gaps'],
    ],
    rows: costs.map(({ host, psusage, parts, forksPerSecond, gaps }) => [
      host.name,
      ms(psusage.meanMs),
      ...[parts.recorderMs, parts.helperMs, parts.psMs].map(ms),
      ...[psusage.medianMs, psusage.mostMs].map(ms),
      forksPerSecond.toFixed(0),
      String(gaps.length),
    ]),
  };
}

export function stormTable({ forks, psusage, gaps, ...storm }: Storm): TextTable {
  return {
    head: [
      'forks',
      'in',
      'psusage, a sample',
      'gaps',
      'kernel’s total',
      'psusage’s',
      'of it unseen',
    ],
    rows: [
      [
        String(forks),
        `${storm.seconds.toFixed(1)} s`,
        ms(psusage.meanMs),
        String(gaps.length),
        `${seconds(storm.kernelMs)} s`,
        `${seconds(storm.reportedMs)} s (${signedSeconds(storm.reportedMs - storm.kernelMs)} s)`,
        `${seconds(storm.unseenMs)} s`,
      ],
    ],
  };
}

/** Every bar, and whether it was reached. */
export function verdictTable(verdicts: readonly Verdict[]): TextTable {
  return {
    head: ['figure', 'within', 'measured', 'holds'],
    rows: verdicts.map(({ figure, within, measured, unit }) => [
      figure,
      `${within} ${unit}`.trim(),
      `${Number.isInteger(measured) ? measured : measured.toFixed(3)} ${unit}`.trim(),
      measured <= within ? 'yes' : 'no',
    ]),
  };
}

function ms(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(1)} ms`;
}

function ratio(value: number): string {
  return Number.isNaN(value) ? '' : `${value.toFixed(3)} ×`;
}
