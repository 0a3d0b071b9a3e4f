import { toMessage } from '../../shared/errors.js';
import { bootNowMs } from '../clock.js';
import { PsError } from './errors.js';
import { type HelperAnswer, Helper } from './helper.js';
import { parsePsOutput, type PsColumns } from './parse.js';
import type { Sample, Taken } from './sample.js';

interface PsRun {
  /** The process that ran it: the parent of ps. */
  helperPid: number;
  /** 1 also where none of the queried processes exists. */
  status: number;
  stdout: string;
}

const STOPPED = 'the recorder stopped before ps was done';

const NOT_FOUND = 127;
const KILLED_BY = 128;

/** Runs ps, one at a time, in a clean environment: ps reads a dozen variables that would change what it prints. */
export class PsRunner {
  readonly #command: string;
  readonly #timeoutMs: number;
  #helper: Helper | undefined;
  #isStuck = false;
  #signal: AbortSignal | undefined;

  /** @param timeoutMs after which a run is killed and counts as failed */
  constructor(options: { command?: string; timeoutMs: number }) {
    this.#command = options.command ?? 'ps';
    this.#timeoutMs = options.timeoutMs;
  }

  /** The process that runs ps; undefined where there is none now. */
  get helperPid(): number | undefined {
    return this.#helper?.hasEnded === false ? this.#helper.pid : undefined;
  }

  /** @throws PsError PS_MISSING, PS_FAILED, PS_TIMEOUT */
  async run(args: readonly string[], signal?: AbortSignal): Promise<PsRun> {
    if (signal?.aborted) throw new PsError('PS_TIMEOUT', STOPPED);
    // A ps that waits for the kernel can't be killed: rather no sample than one more such ps each second.
    if (this.#isStuck) throw new PsError('PS_TIMEOUT', 'ps still hangs');
    this.#heed(signal);
    const helper = this.#startedHelper();
    const answer = await this.#inTime(helper, args);
    return { helperPid: helper.pid, status: answer.status, stdout: readOutput(answer) };
  }

  /** One listener for all runs under a signal: to add and remove one each second costs as much as to read the sample. */
  #heed(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return;
    this.#signal = signal;
    signal?.addEventListener('abort', () => {
      if (signal === this.#signal) this.#abandon(STOPPED);
    });
  }

  #startedHelper(): Helper {
    if (this.#helper?.hasEnded === false) return this.#helper;
    const helper = this.#newHelper();
    this.#helper = helper;
    void helper.closed.then(() => {
      if (this.#helper === helper) this.#helper = undefined;
    });
    return helper;
  }

  #newHelper(): Helper {
    try {
      return new Helper(this.#command, cleanEnvironment());
    } catch (error) {
      throw new PsError('PS_FAILED', `ps failed: ${toMessage(error)}`, { cause: error });
    }
  }

  async #inTime(helper: Helper, args: readonly string[]): Promise<HelperAnswer> {
    const timer = setTimeout(() => {
      this.#abandon(`ps took longer than ${this.#timeoutMs} ms`);
    }, this.#timeoutMs);
    try {
      return await helper.run(args);
    } catch (error) {
      if (error instanceof PsError) throw error;
      if (this.#helper === helper) this.#helper = undefined;
      throw new PsError('PS_FAILED', `ps failed: ${toMessage(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives up the run under way, if there is one. */
  #abandon(why: string): void {
    const helper = this.#helper;
    if (helper?.isRunning !== true) return;
    this.#helper = undefined;
    this.#isStuck = true;
    helper.kill(new PsError('PS_TIMEOUT', why));
    void helper.closed.then(() => {
      this.#isStuck = false;
    });
  }
}

/** What one run of ps showed. */
export interface PsAnswer {
  taken: Taken;
  /** The recorder's helper that ran ps; undefined where there is none. */
  helperPid: number | undefined;
  /** The ps itself; undefined where it was not queried. */
  psPid: number | undefined;
  /** By pid, in the order of ps; without the ps itself. */
  samples: ReadonlyMap<number, Sample>;
}

/**
 * Queries ps for every process on the host, or for these pids alone, of which it shows those that exist. A list of
 * everything that lacks ps itself was truncated or made up, and is refused.
 *
 * @throws PsError
 */
export async function queryPs(
  runner: PsRunner,
  columns: PsColumns,
  pids: readonly number[] | 'everything',
  signal?: AbortSignal,
): Promise<PsAnswer> {
  const which = pids === 'everything' ? ['-e'] : ['-q', pids.join(',')];
  const takenFromBootMs = bootNowMs();
  const { helperPid, status, stdout } = await runner.run([...columns.args, ...which], signal);
  const taken = { takenFromBootMs, takenToBootMs: bootNowMs() };
  const noneExists = pids !== 'everything' && status === 1 && stdout === '';
  if (noneExists) return { taken, helperPid, psPid: undefined, samples: new Map() };
  const samples = parsePsOutput(stdout, columns, taken);
  let psPid: number | undefined;
  for (const { pid, ppid } of samples.values()) {
    if (ppid !== helperPid) continue;
    psPid ??= pid;
    samples.delete(pid);
  }
  if (psPid === undefined && pids === 'everything') {
    throw new PsError('PS_RUBBISH', 'ps left itself out of its list');
  }
  return { taken, helperPid, psPid, samples };
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
}

/** What ps printed. It fails without a word where none of the queried processes exists. */
function readOutput({ status, stdout, stderr }: HelperAnswer): string {
  if (status === 0 || (status === 1 && stdout === '' && stderr === '')) return stdout;
  if (status === NOT_FOUND) {
    throw new PsError('PS_MISSING', 'there is no ps on this machine', {
      hint: 'install procps (Debian: procps, RHEL: procps-ng)',
      cause: stderr,
    });
  }
  const ended =
    status > KILLED_BY ? `killed by signal ${status - KILLED_BY}` : `exit status ${status}`;
  const [said = ''] = stderr.trim().split('\n', 1);
  throw new PsError('PS_FAILED', `ps failed: ${said === '' ? ended : said}`);
}
