// Records real loads and compares psusage with the kernel:
//   npm run bench:record -- php-fpm --seconds 120 [--kill-after 40 --restart-after 5]
//   npm run bench:record -- cpu-bound threads short-forks
import { parseArgs } from 'node:util';
import { withCleanup } from './experiment/cleanup.js';
import { recordLoad } from './experiment/record-load.js';
import { renderRecordedLoad } from './experiment/render-recorded.js';
import { setStage } from './experiment/stage.js';
import { LOADS } from './loads/all.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    'kill-after': { type: 'string' },
    'restart-after': { type: 'string', default: '5' },
    keep: { type: 'boolean', default: false },
  },
});

const loads = positionals.map((name) => {
  const load = LOADS.find((each) => each.name === name);
  if (!load) throw new Error(`no load '${name}': ${LOADS.map((each) => each.name).join(', ')}`);
  return load;
});

const crash =
  options['kill-after'] === undefined
    ? undefined
    : {
        afterSeconds: Number(options['kill-after']),
        restartAfterSeconds: Number(options['restart-after']),
      };

await withCleanup(async (cleanup, signal) => {
  const stage = await setStage(cleanup, options.keep);
  const [seconds, seed] = [Number(options.seconds), Number(options.seed)];
  for (const load of loads) {
    console.log(`${load.name}: ${seconds} s, seed ${seed}`);
    const recorded = await recordLoad(load, { ...stage, seconds, seed, crash, signal }, cleanup);
    for (const note of recorded.observation.outcome.notes) console.log(note);
    console.log(renderRecordedLoad(recorded));
    if (recorded.checks.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
  }
});
