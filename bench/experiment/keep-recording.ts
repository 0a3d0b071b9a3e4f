import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedProcess } from '../loads/start-process.js';
import { startRecorder, stopRecorder, type RecorderOptions } from '../psusage/recorder.js';
import type { Cleanup } from './cleanup.js';

/** Node, the database and the first ps are up by then. */
const START_MS = 3_000;

/** Whatever a recorder starts notices its end by then. */
const ORPHANS_MS = 1_000;

/** A `kill -9` in the middle, and the time without a recorder after it. */
export interface Crash {
  readonly afterSeconds: number;
  readonly restartAfterSeconds: number;
}

/** When no recorder ran; milliseconds since 1970. */
export interface Downtime {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Recording {
  /** Kills the recorder and starts it again as `crash` says. */
  crash(crash: Crash, signal: AbortSignal): Promise<Downtime>;
  stop(): Promise<RecordingCost>;
}

export interface RecordingCost {
  readonly exit: number;
  /** From SIGTERM to the end. */
  readonly stopMs: number;
  /** CPU time of the recorder and of all that it started, over all its runs. */
  readonly cpuMs: number;
  readonly durationMs: number;
  /** Processes of a recorder that outlived it by a second, killed or stopped. */
  readonly orphans: number;
}

/** Starts a recorder and waits until it records. */
export async function keepRecording(
  options: RecorderOptions,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<Recording> {
  const { cgroup, log } = options;
  const fromMs = performance.now();
  let orphans = 0;
  let recorder: StartedProcess = await start();
  cleanup.defer(() => {
    recorder.kill('SIGKILL');
    return recorder.exited;
  });

  async function start(): Promise<StartedProcess> {
    const started = await startRecorder(options);
    await sleep(START_MS, undefined, { signal });
    return started;
  }

  async function countOrphans(): Promise<void> {
    await sleep(ORPHANS_MS);
    orphans += (await cgroup.pids()).length;
  }

  return {
    crash: async ({ afterSeconds, restartAfterSeconds }, aborted) => {
      await sleep(afterSeconds * 1000, undefined, { signal: aborted });
      const downFromMs = Date.now();
      recorder.kill('SIGKILL');
      await recorder.exited;
      await countOrphans();
      await sleep(restartAfterSeconds * 1000 - ORPHANS_MS, undefined, { signal: aborted });
      const toMs = Date.now();
      recorder = await startRecorder(options);
      return { fromMs: downFromMs, toMs };
    },
    stop: async () => {
      const { exit, tookMs } = await stopRecorder(recorder, log);
      const durationMs = performance.now() - fromMs;
      const cpuMs = await cgroup.cpuMs();
      await countOrphans();
      return { exit, stopMs: tookMs, cpuMs, durationMs, orphans };
    },
  };
}
