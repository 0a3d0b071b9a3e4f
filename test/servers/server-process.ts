import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import { type Command, pathOf } from './installed.js';
import { freePort, OWN_ADDRESS } from './loopback.js';
import { end, hasEnded, startOwnProcess } from './own-process.js';

const READY_WITHIN_MS = 20_000;
const END_WITHIN_MS = 10_000;
const POLL_MS = 25;
const MOST_STARTS = 5;
const LOG_TAIL_LINES = 20;

const PORT_TAKEN = 'address already in use';

/** A server as a package brings it. */
export interface Program {
  readonly command: Command;
  /** What it is started with, to listen at `address` only and to keep all it has in `folder`. */
  readonly args: (address: string, folder: string) => string[];
  /** Its path, and the status of the answer, that say that it is ready. */
  readonly ready: { readonly path: string; readonly status: number };
}

/** A real server that lives no longer than this process. */
export class ServerProcess {
  readonly #program: Program;
  readonly #folder: string;
  readonly #ownsFolder: boolean;
  #address = '';
  #child: ChildProcess | undefined;

  private constructor(program: Program, folder: string | undefined) {
    this.#program = program;
    this.#folder = folder ?? temporaryFolder();
    this.#ownsFolder = folder === undefined;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param folder where it keeps its data; without one it gets a temporary one
   * @throws Error with the end of its log if it isn't ready in time, or one that says how to install it
   */
  static async start(program: Program, folder?: string): Promise<ServerProcess> {
    const server = new ServerProcess(program, folder);
    for (let starts = 1; ; starts++) {
      server.#address = `${OWN_ADDRESS}:${await freePort()}`;
      try {
        await server.restart();
        return server;
      } catch (error) {
        const isTaken = error instanceof Error && error.message.includes(PORT_TAKEN);
        if (!isTaken || starts >= MOST_STARTS) throw error;
      }
    }
  }

  get url(): string {
    return `http://${this.#address}`;
  }

  /** SIGKILL, as `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts it again on what it had, where it was; one that still runs is stopped in order first. */
  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    const { command, args } = this.#program;
    const child = startOwnProcess(pathOf(command), args(this.#address, this.#folder), this.#log);
    this.#child = child;
    await this.#untilReady(child);
  }

  /** Kills it and removes its data, unless they are in a folder that was given. */
  async stop(): Promise<void> {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.#folder, { recursive: true, force: true });
  }

  get #log(): string {
    return join(this.#folder, 'log');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child !== undefined) await end(this.#child, signal, END_WITHIN_MS);
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const endMs = performance.now() + READY_WITHIN_MS;
    while (!(await this.#isReady())) {
      if (hasEnded(child)) throw this.#failure('ended instead of getting ready');
      if (performance.now() > endMs) {
        await this.kill();
        throw this.#failure(`was not ready within ${READY_WITHIN_MS} ms`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #isReady(): Promise<boolean> {
    const { path, status } = this.#program.ready;
    try {
      const signal = AbortSignal.timeout(READY_WITHIN_MS);
      const response = await fetch(`${this.url}${path}`, { signal });
      await response.arrayBuffer();
      return response.status === status;
    } catch {
      return false;
    }
  }

  #failure(what: string): Error {
    const tail = readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
    return new Error(`${this.#program.command.name} ${what}; its log ends:\n${tail.join('\n')}`);
  }
}
