// How far the kernel's own counts agree with each other: npx tsx bench/truth-agrees.ts
import { parseArgs } from 'node:util';
import { withCleanup } from './experiment/cleanup.js';
import { observeLoad, type Observation } from './experiment/observe.js';
import { folderForRun, setStage } from './experiment/stage.js';
import { renderTable, seconds, signedPercent } from './experiment/table.js';
import { LOADS } from './loads/all.js';
import { sumCpuMs } from './truth/ended-process.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

await withCleanup(async (cleanup, signal) => {
  const stage = await setStage(cleanup);
  const seed = Number(options.seed);
  console.log(`seed ${seed}, ${options.seconds} s each`);
  const observations: Observation[] = [];
  for (const load of LOADS) {
    const folder = await folderForRun(stage, load.name);
    const place = { ...stage, folder, seed, seconds: Number(options.seconds), signal };
    const observation = await observeLoad(load, place, cleanup);
    for (const note of observation.outcome.notes) console.log(`${load.name}: ${note}`);
    observations.push(observation);
  }
  console.log(render(observations));
});

/** Each source's sum, and what it misses a process. */
function render(observations: readonly Observation[]): string {
  const rows = observations.flatMap(({ load, cgroups, totalCpuMs, processes, accounted }) => {
    const ticks = processes.map(({ tickMs }) => ({ cpuMs: tickMs }));
    const sources: [string, number, number | undefined][] = [
      ...cgroups.map(({ version, cpuMs }): [string, number, undefined] => [
        `cgroup ${version}`,
        cpuMs,
        undefined,
      ]),
      ['taskstats, scheduler', sumCpuMs(processes), processes.length],
      ['taskstats, ticks', sumCpuMs(ticks), ticks.length],
      ['process accounting', sumCpuMs(accounted), accounted.length],
    ];
    return sources.map(([name, cpuMs, count]) => [
      load.name,
      name,
      seconds(cpuMs),
      signedPercent(cpuMs, totalCpuMs),
      String(count ?? ''),
      count ? `${((totalCpuMs - cpuMs) / count).toFixed(2)} ms` : '',
    ]);
  });
  return renderTable(['load', 'source', 'CPU s', 'off by', 'processes', 'missing each'], rows);
}
