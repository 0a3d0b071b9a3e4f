import { MANY_OTHERS, MOST_OTHERS, SMALL_HOST, WHOLE_HOST, type Host } from './hosts.js';
import type { HostCost } from './measure.js';
import type { Storm } from './storm.js';
import { OLDER_PIPELINE, PIDSTAT, type Tool } from './tools.js';

/** Something that must hold, and what was measured; NaN where it was not. */
export interface Verdict {
  readonly figure: string;
  readonly within: number;
  readonly measured: number;
  readonly unit: '×' | 's' | '';
}

/** A total no farther off than that is as good as ps can make it. */
const STORM_OFF_SECONDS = 1;

/** Holds what was measured against every bar; those of other hosts are left out. */
export function verdictsOf(costs: readonly HostCost[], storm: Storm | undefined): Verdict[] {
  const costOf = (host: Host): HostCost | undefined => costs.find((each) => each.host === host);
  const beside = (host: Host, tool: Tool, within: number): Verdict => ({
    figure: `${host.name}: psusage ÷ ${tool.name}`,
    within,
    measured: ratioTo(costOf(host), tool),
    unit: '×',
  });
  const [small, large] = [costOf(SMALL_HOST), costOf(MOST_OTHERS)];
  const verdicts: Verdict[] = [
    beside(SMALL_HOST, PIDSTAT, 1.5),
    beside(SMALL_HOST, OLDER_PIPELINE, 0.3),
    beside(MANY_OTHERS, PIDSTAT, 0.2),
    beside(MANY_OTHERS, OLDER_PIPELINE, 0.06),
    beside(WHOLE_HOST, PIDSTAT, 0.5),
    {
      figure: `psusage, ${MOST_OTHERS.name} ÷ ${SMALL_HOST.name}`,
      within: 1.5,
      measured: (large?.psusage.meanMs ?? NaN) / (small?.psusage.meanMs ?? NaN),
      unit: '×',
    },
    { figure: 'storm: gaps', within: 0, measured: storm?.gaps.length ?? NaN, unit: '' },
    {
      figure: 'storm: total off by',
      within: STORM_OFF_SECONDS,
      measured: storm ? Math.abs(storm.reportedMs - storm.kernelMs) / 1000 : NaN,
      unit: 's',
    },
  ];
  return verdicts.filter(({ measured }) => !Number.isNaN(measured));
}

/** psusage's mean cost in parts of another tool's; NaN where that was not measured. */
export function ratioTo(cost: HostCost | undefined, tool: Tool): number {
  return (cost?.psusage.meanMs ?? NaN) / (cost?.others.get(tool.name)?.meanMs ?? NaN);
}
