import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';

/** About 130,000 processes; more is no list of processes. */
const MAX_OUTPUT_CHARACTERS = 16 * 1024 * 1024;

/**
 * Runs the command for each line that it reads, with the words of the line as arguments. What follows
 * its output says that it is done: where it failed on stderr too, which is a pipe of its own. A process
 * may call itself anything, so that the words that say so can't be foreseen.
 */
const SCRIPT = `
run=0
while IFS= read -r words; do
  run=$((run + 1))
  eval "\\"\\$1\\" $words" </dev/null
  status=$?
  [ $status = 0 ] || echo "= $2 $run" >&2
  echo "= $2 $run $status"
done`;

export interface HelperAnswer {
  status: number;
  stdout: string;
  stderr: string;
}

/** The last words of a run are no longer than this. */
const MAX_END_CHARACTERS = 80;

/** What was printed so far, and its end as one string. */
class Text {
  readonly #chunks: string[] = [];
  length = 0;
  #tail = '';

  add(chunk: string): void {
    this.#chunks.push(chunk);
    this.length += chunk.length;
    this.#tail = (this.#tail + chunk).slice(-MAX_END_CHARACTERS);
  }

  /** What follows some words near its end; empty where they are not there. */
  tailAfter(words: string): string {
    const at = this.#tail.lastIndexOf(words);
    return at < 0 ? '' : this.#tail.slice(at + words.length);
  }

  without(end: string): string {
    return this.#chunks.join('').slice(0, -end.length);
  }
}

/**
 * A long-lived shell that runs one command again and again: to start ps from a small process costs a
 * third of what it costs from this one. It ends with this process.
 */
export class Helper {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<void>;
  readonly #mark = randomUUID();
  #hasEnded = false;
  #output = new Text();
  #errors = new Text();
  #runs = 0;
  #waiting: { resolve: (answer: HelperAnswer) => void; reject: (error: Error) => void } | undefined;

  /** @throws when no process can be started */
  constructor(command: string, env: NodeJS.ProcessEnv) {
    // A group of its own: a Ctrl-C in the terminal is for the recorder, and all of it can be killed at once.
    this.#child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', command, this.#mark], {
      env,
      detached: true,
    });
    this.#child.on('error', () => undefined);
    // Without a file descriptor or a process left there are no pipes either.
    if (this.#child.pid === undefined) throw new Error('no shell can be started to run it');
    const { stdin, stdout, stderr } = this.#child;
    this.#child.unref();
    for (const stream of [stdin, stdout, stderr]) {
      if (stream instanceof Socket) stream.unref();
      // The end of the process tells what goes wrong with a pipe.
      stream.on('error', () => undefined);
    }
    stdout.setEncoding('utf8').on('data', (text: string) => {
      if (this.#waiting !== undefined) this.#output.add(text);
      this.#take();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.#waiting !== undefined) this.#errors.add(text);
      this.#take();
    });
    this.#closed = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        this.#hasEnded = true;
        this.#fail(new Error(`the shell that runs ps has ended (${signal ?? code ?? ''})`));
      });
      this.#child.on('close', () => {
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when neither it nor what it has started is left. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Runs the command once; one run at a time. */
  run(words: readonly string[]): Promise<HelperAnswer> {
    this.#runs += 1;
    this.#output = new Text();
    this.#errors = new Text();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.stdin.write(`${words.map(quoted).join(' ')}\n`);
    });
  }

  get isRunning(): boolean {
    return this.#waiting !== undefined;
  }

  /** Ends it, and whatever it runs: a run under way fails with this error. */
  kill(error: Error): void {
    this.#fail(error);
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  #take(): void {
    if (this.#waiting === undefined) return;
    if (this.#output.length + this.#errors.length > MAX_OUTPUT_CHARACTERS) {
      this.kill(new Error('it does not stop printing'));
      return;
    }
    const end = `= ${this.#mark} ${this.#runs}`;
    const [status] = /^ \d+\n$/.exec(this.#output.tailAfter(end)) ?? [];
    if (status === undefined) return;
    const isFailure = Number(status) !== 0;
    if (isFailure && this.#errors.tailAfter(end) !== '\n') return;
    this.#waiting.resolve({
      status: Number(status),
      stdout: this.#output.without(`${end}${status}`),
      stderr: isFailure ? this.#errors.without(`${end}\n`) : '',
    });
    this.#waiting = undefined;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

function quoted(word: string): string {
  return /^[\w.,:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
