import { execFile } from 'node:child_process';
import { toMessage } from '../../shared/errors.js';
import type { Log } from '../log.js';
import {
  type Notice,
  chooseNotice,
  type RecordingStatus,
  TOLD_NOTHING,
  type Watchdog,
  chooseWatchdog,
} from './notice.js';

/** Comes with systemd. Node.js has no datagram sockets of its own. */
const COMMAND = 'systemd-notify';

/** It waits until the manager has taken the message, and identified its sender by the process. */
const TIMEOUT_MS = 10_000;

/** How long the recorder waits for it when it has to stop. */
const STOP_TIMEOUT_MS = 500;

/** The environment in which a service manager starts a service, sd_notify(3) and sd_watchdog_enabled(3). */
export interface ManagerEnvironment {
  NOTIFY_SOCKET?: string | undefined;
  WATCHDOG_USEC?: string | undefined;
  WATCHDOG_PID?: string | undefined;
  PATH?: string | undefined;
}

/**
 * Tells the service manager that started the recorder, if there is one, how the recording goes. Each message
 * is a process: a child of the recorder, so that what it uses is the recorder's own cost.
 *
 * A message that doesn't arrive changes nothing for the recording; the log says so once.
 */
export class ServiceManager {
  readonly #watchdog: Watchdog | undefined;
  readonly #giveUp = new AbortController();
  #told = TOLD_NOTHING;
  #sending: Promise<void> | undefined;
  #hasFailed = false;

  /** @param options.intervalMs between two ticks */
  constructor(
    private readonly env: ManagerEnvironment,
    private readonly log: Log,
    options: { pid: number; intervalMs: number },
  ) {
    const elapsedMs = watchdogMs(env, options.pid);
    this.#watchdog =
      elapsedMs === undefined ? undefined : chooseWatchdog(elapsedMs, options.intervalMs);
  }

  /** Sends a message if there is one, and returns at once; one message at a time. */
  afterTick(status: RecordingStatus): void {
    if (!this.#isThere || this.#sending !== undefined) return;
    const notice = chooseNotice(this.#told, status, this.#watchdog);
    if (notice === undefined) return;
    this.#sending = this.#tell(notice, status.nowMs).finally(() => {
      this.#sending = undefined;
    });
  }

  /** Tells that the recorder is about to end, and waits until that is sent: the last sample shows what it cost. */
  async stopping(): Promise<void> {
    if (!this.#isThere) return;
    const timer = setTimeout(() => {
      this.#giveUp.abort();
    }, STOP_TIMEOUT_MS);
    await this.#sending;
    await this.#send(['STOPPING=1', 'STATUS=taking the last sample']);
    clearTimeout(timer);
  }

  get #isThere(): boolean {
    return (this.env.NOTIFY_SOCKET ?? '') !== '';
  }

  async #tell({ lines, told }: Notice, nowMs: number): Promise<void> {
    const hasArrived = await this.#send(lines);
    this.#told = hasArrived ? told : { ...this.#told, saidMs: nowMs };
  }

  #send(lines: string[]): Promise<boolean> {
    const { NOTIFY_SOCKET, PATH } = this.env;
    const options = {
      env: { NOTIFY_SOCKET, PATH },
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      signal: this.#giveUp.signal,
    } as const;
    return new Promise((resolve) => {
      const done = (error: unknown) => {
        if (error !== null) this.#logFailure(error);
        resolve(error === null);
      };
      try {
        execFile(COMMAND, lines, options, done);
      } catch (error) {
        done(error);
      }
    });
  }

  #logFailure(error: unknown): void {
    if (this.#hasFailed || this.#giveUp.signal.aborted) return;
    this.#hasFailed = true;
    this.log.warn({ why: toMessage(error) }, 'cannot report to the service manager');
  }
}

/** In ms; undefined where no watchdog waits for this process. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: ManagerEnvironment, pid: number) {
  const ms = Number(WATCHDOG_USEC) / 1_000;
  const isMeant = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid;
  return isMeant && ms > 0 ? ms : undefined;
}
