import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

const [ENTER, LEAVE] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];
const [HOME, CLEAR_LINE, CLEAR_BELOW] = ['\u001b[H', '\u001b[K', '\u001b[J'];

export type KeyName = 'up' | 'down' | 'enter' | 'back' | 'quit';

const KEYS: Record<string, KeyName> = {
  ...{ up: 'up', k: 'up', down: 'down', j: 'down', return: 'enter', enter: 'enter' },
  ...{ escape: 'back', backspace: 'back', left: 'back', q: 'quit' },
};

/** A whole terminal, drawn again and again, whose own text comes back at the end. */
export class TopScreen {
  readonly #onKeypress = (_text: string | undefined, key: Key): void => {
    const name = key.ctrl === true ? (key.name === 'c' ? 'quit' : undefined) : KEYS[key.name ?? ''];
    if (name !== undefined) this.onKey(name);
  };
  readonly #onGone = (): void => {
    this.onKey('quit');
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
    input.setRawMode(true);
    input.on('keypress', this.#onKeypress).on('end', this.#onGone).on('error', this.#onGone);
    input.resume();
    output.on('resize', onResize);
    output.write(ENTER);
  }

  get rows(): number {
    return this.output.rows;
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows);
    this.output.write(HOME + shown.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW);
  }

  end(): void {
    this.output.off('resize', this.onResize);
    this.output.write(LEAVE);
    this.input
      .off('keypress', this.#onKeypress)
      .off('end', this.#onGone)
      .off('error', this.#onGone);
    this.input.setRawMode(false);
    this.input.pause();
  }
}
