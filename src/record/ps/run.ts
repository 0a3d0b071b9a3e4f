import { type ChildProcess, execFile, type ExecFileException } from 'node:child_process';
import { messageOf } from '../../shared/errors.js';
import { PsError } from './errors.js';

export interface PsRun {
  pid: number;
  stdout: string;
}

/** About 130,000 processes; more is no list of processes. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

const STOPPED = 'ps was not done when the recorder stopped';

/**
 * Runs ps, one at a time. No shell and a clean environment: ps reads a dozen variables that would
 * change what it prints.
 */
export class PsRunner {
  readonly #command: string;
  readonly #timeoutMs: number;
  #stuck: ChildProcess | undefined;

  /** @param timeoutMs after which a run is killed and counts as failed */
  constructor(options: { command?: string; timeoutMs: number }) {
    this.#command = options.command ?? 'ps';
    this.#timeoutMs = options.timeoutMs;
  }

  /** @throws PsError PS_MISSING, PS_FAILED, PS_TIMEOUT */
  async run(args: readonly string[], signal?: AbortSignal): Promise<PsRun> {
    if (signal?.aborted) throw new PsError('PS_TIMEOUT', STOPPED);
    // A ps that waits for the kernel can't be killed: rather no sample than one more such ps each second.
    if (this.#stuck !== undefined) {
      throw new PsError('PS_TIMEOUT', `ps (pid ${this.#stuck.pid ?? 0}) still hangs`);
    }
    return new Promise((resolve, reject) => {
      const child = this.#start(args, (error, stdout, stderr) => {
        settle();
        if (this.#stuck === child) this.#stuck = undefined;
        if (error === null) resolve({ pid: child.pid ?? 0, stdout });
        else reject(explain(error, stderr));
      });
      const giveUp = (why: string) => () => {
        settle();
        this.#stuck = child;
        abandon(child);
        reject(new PsError('PS_TIMEOUT', why));
      };
      const onAbort = giveUp(STOPPED);
      const timer = setTimeout(
        giveUp(`ps took longer than ${this.#timeoutMs} ms`),
        this.#timeoutMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
  }

  #start(
    args: readonly string[],
    whenDone: (error: ExecFileException | null, stdout: string, stderr: string) => void,
  ): ChildProcess {
    try {
      return execFile(
        this.#command,
        [...args],
        { env: cleanEnvironment(), maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' },
        whenDone,
      );
    } catch (error) {
      // What the kernel refuses for want of memory is thrown here, not handed to the callback.
      throw new PsError('PS_FAILED', `ps could not be started: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

/** Ends a ps for good: it may not be waited for, neither itself nor who else holds its output open. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
}

function explain(error: ExecFileException, stderr: string): PsError {
  if (error.code === 'ENOENT') {
    return new PsError('PS_MISSING', 'there is no ps on this machine', {
      hint: 'install procps (Debian: procps, RHEL: procps-ng)',
      cause: error,
    });
  }
  const why =
    [stderr, error.message].map(firstLine).find((line) => line !== '') ?? 'no reason given';
  return new PsError('PS_FAILED', `ps failed: ${why}`, { cause: error });
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
