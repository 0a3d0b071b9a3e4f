import { sumCpuMs } from '../truth/ended-process.js';
import { averagePercent, meanError, type ProcessComparison } from './compare.js';
import type { RecordedLoad } from './record-load.js';
import { renderTable, seconds, signedPercent, signedSeconds } from './table.js';

const MOST_PROCESSES_SHOWN = 6;

/** Everything that a recorded load has to tell, as text. */
export function renderRecordedLoad(recorded: RecordedLoad): string {
  return [
    renderUsers(recorded),
    renderProcesses(recorded),
    ...renderDowntime(recorded),
    ...renderRecorder(recorded),
    ...recorded.checks.map(({ name, broken }) =>
      [`${broken.length === 0 ? 'holds ' : 'BROKEN'} ${name}`, ...broken].join('\n  '),
    ),
  ].join('\n');
}

function renderUsers({ observation, reported, users }: RecordedLoad): string {
  const { totalCpuMs, processes, accounted, cgroups } = observation;
  const reportedProcesses = users.reduce((sum, user) => sum + user.reportedProcesses, 0);
  const head = ['user', 'kernel s', 'psusage s', 'unseen s', 'off by s', 'off by'];
  const counts = ['processes', 'by acct', 'by psusage'];
  const rows = users.map((user) => [
    user.name,
    ...figures(user.kernelMs, user.reportedMs, user.unseenMs),
    ...[user.kernelProcesses, user.accountedProcesses, user.reportedProcesses].map(String),
  ]);
  rows.push([
    `all (cgroup ${cgroups[0]?.version ?? ''})`,
    ...figures(
      totalCpuMs,
      reported.totalCpuMs,
      users.reduce((sum, u) => sum + u.unseenMs, 0),
    ),
    ...[processes.length, accounted.length, reportedProcesses].map(String),
  ]);
  return renderTable([...head, ...counts], rows);
}

function figures(kernelMs: number, reportedMs: number, unseenMs: number): string[] {
  return [
    seconds(kernelMs),
    seconds(reportedMs),
    seconds(unseenMs),
    signedSeconds(reportedMs - kernelMs),
    signedPercent(reportedMs, kernelMs),
  ];
}

function renderProcesses({ processes }: RecordedLoad): string {
  const biggest = [...processes].sort((a, b) => b.kernel.cpuMs - a.kernel.cpuMs);
  const { absoluteMs, signedMs } = meanError(processes);
  const unrecorded = processes.filter(({ recorded }) => recorded === undefined);
  const table = renderTable(
    ['command', 'pid', 'uid', 'kernel s', 'psusage s', 'kernel %', 'psusage %', 'end'],
    biggest
      .slice(0, MOST_PROCESSES_SHOWN)
      .map(({ kernel, recorded }) => [
        kernel.command,
        ...[kernel.pid, kernel.uid].map(String),
        seconds(kernel.cpuMs),
        recorded ? seconds(recorded.cpuMs) : '',
        averagePercent(kernel).toFixed(2),
        recorded ? averagePercent(recorded).toFixed(2) : '',
        recorded?.endReason ?? '',
      ]),
  );
  return [
    table,
    `a process is off by ${seconds(absoluteMs)} s in the mean, ${signedSeconds(signedMs)} s with its sign; ` +
      `never sampled: ${unrecorded.length} of ${processes.length}, ` +
      `${seconds(sumCpuMs(unrecorded.map(({ kernel }) => kernel)))} s`,
  ].join('\n');
}

/** What ended while nobody recorded, by user: it is lost, or at most partly known. */
function renderDowntime({ downtime, processes, users }: RecordedLoad): string[] {
  if (!downtime) return [];
  const ended = processes.filter(
    ({ kernel: { endedMs } }) => endedMs > downtime.fromMs && endedMs <= downtime.toMs,
  );
  const lines = users.map(({ uid, name }) => {
    const own = ended.filter(({ kernel }) => kernel.uid === uid);
    return (
      `  ${name}: ${own.length} ended meanwhile, used ${seconds(kernelSum(own))} s, ` +
      `of which psusage has ${seconds(recordedSum(own))} s`
    );
  });
  const downSeconds = seconds(downtime.toMs - downtime.fromMs);
  return [`no recorder for ${downSeconds} s, from kill -9 to the start of the next one`, ...lines];
}

function kernelSum(processes: readonly ProcessComparison[]): number {
  return sumCpuMs(processes.map(({ kernel }) => kernel));
}

function recordedSum(processes: readonly ProcessComparison[]): number {
  return sumCpuMs(processes.flatMap(({ recorded }) => recorded ?? []));
}

function renderRecorder({ cost, runs, reported, notOver }: RecordedLoad): string[] {
  const percent = ((100 * cost.cpuMs) / cost.durationMs).toFixed(2);
  return [
    `recorder: ${runs.length} runs (${runs.map(({ endReason }) => endReason ?? 'not over').join(', ')}), ` +
      `exit ${cost.exit}, stopped in ${cost.stopMs.toFixed(0)} ms, ` +
      `${seconds(cost.cpuMs)} s of CPU (${percent} % of one vCPU), ${cost.orphans} orphans`,
    `not over before the stop: ${notOver}; gaps in the day: ${reported.gaps}`,
  ];
}
