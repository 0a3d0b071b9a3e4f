// Every version of ps that Debian serves, on the same loads at once, beside the kernel's own count:
//   npm run bench:ps-versions -- [--runs 3] [--quick] [--only forks] [--seed 1] [--keep]
import { parseArgs } from 'node:util';
import { withCleanup } from './experiment/cleanup.js';
import { recordLoadWithEach } from './experiment/record-load.js';
import { setStage } from './experiment/stage.js';
import { renderTable, seconds, signedPercent, signedSeconds } from './experiment/table.js';
import { LOADS } from './loads/all.js';
import { fetchAll } from './ps-versions/fetch-all.js';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const WATCHED = ['forks', 'pool', 'busy-child', 'threads'];

await withCleanup(async (cleanup, signal) => {
  const stage = await setStage(cleanup, options.keep);
  const versions = await fetchAll(stage.folder);
  const seconds_ = Number(options.seconds);
  for (const load of LOADS.filter(({ name }) => (options.only ?? WATCHED).includes(name))) {
    const recorded = await recordLoadWithEach(
      load,
      versions.map(({ folder }) => folder),
      { ...stage, seconds: seconds_, seed: Number(options.seed), signal },
      cleanup,
    );
    console.log(
      renderTable(
        [load.name, 'kernel s', 'psusage s', 'off', '%', 'users', 'processes', 'unseen', 'self s'],
        recorded.map((each, at) => {
          const { observation, reported, users, cost, processes } = each;
          const seen = processes.filter((p) => p.recorded);
          const mean =
            seen.reduce((s, p) => s + Math.abs((p.recorded?.cpuMs ?? 0) - p.kernel.cpuMs), 0) /
            seen.length;
          return [
            versions[at]?.version ?? '',
            seconds(observation.totalCpuMs),
            seconds(reported.totalCpuMs),
            signedSeconds(reported.totalCpuMs - observation.totalCpuMs),
            signedPercent(reported.totalCpuMs, observation.totalCpuMs),
            users.map((u) => signedSeconds(u.reportedMs - u.kernelMs)).join(' '),
            seconds(mean),
            seconds(users.reduce((sum, u) => sum + u.unseenMs, 0)),
            seconds(cost.cpuMs),
          ];
        }),
      ),
    );
    for (const each of recorded)
      for (const check of each.checks) if (check.broken.length) console.log('BROKEN', check.name);
  }
});
