import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

const [ENTER, LEAVE] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];
const [HOME, CLEAR_LINE, CLEAR_BELOW] = ['\u001b[H', '\u001b[K', '\u001b[J'];

/** Some terminals say that they have no lines. */
const UNKNOWN_ROWS = 24;

export type KeyName = 'up' | 'down' | 'pageUp' | 'pageDown' | 'enter' | 'back' | 'quit';

const KEYS: Record<string, KeyName> = {
  ...{ up: 'up', k: 'up', down: 'down', j: 'down', return: 'enter', enter: 'enter' },
  ...{ pageup: 'pageUp', pagedown: 'pageDown' },
  ...{ escape: 'back', backspace: 'back', left: 'back', q: 'quit' },
};

/** A whole terminal, drawn again and again, whose own text comes back at the end. */
export class TopScreen {
  readonly #onKeypress = (_text: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === 'z') this.#suspend();
    const name = key.ctrl === true ? (key.name === 'c' ? 'quit' : undefined) : KEYS[key.name ?? ''];
    if (name !== undefined) this.onKey(name);
  };
  readonly #onGone = (): void => {
    this.onKey('quit');
  };

  /** Also after a shell has stopped it, and has set the terminal otherwise meanwhile. */
  readonly #begin = (): void => {
    this.input.setRawMode(false);
    this.input.setRawMode(true);
    this.input.resume();
    this.output.write(ENTER);
    this.onResize();
  };

  /**
   * @param onKey also called with `quit` where the terminal is gone
   * @param onResize called once the terminal has another size
   */
  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
    private readonly onKey: (key: KeyName) => void,
    private readonly onResize: () => void,
  ) {
    emitKeypressEvents(input);
    input.on('keypress', this.#onKeypress).on('end', this.#onGone).on('error', this.#onGone);
    output.on('resize', onResize);
    process.on('SIGCONT', this.#begin);
    this.#begin();
  }

  get rows(): number {
    return this.output.rows || UNKNOWN_ROWS;
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows);
    this.output.write(HOME + shown.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  }

  /** As a terminal that is not raw does itself. */
  #suspend(): void {
    this.#leave();
    process.kill(0, 'SIGTSTP');
    // Where no shell can let it go on, it was not stopped.
    this.#begin();
  }

  #leave(): void {
    this.output.write(LEAVE);
    this.input.setRawMode(false);
  }

  end(): void {
    process.off('SIGCONT', this.#begin);
    this.output.off('resize', this.onResize);
    this.#leave();
    this.input
      .off('keypress', this.#onKeypress)
      .off('end', this.#onGone)
      .off('error', this.#onGone);
    this.input.pause();
  }
}
