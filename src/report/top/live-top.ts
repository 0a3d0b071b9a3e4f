import { withCleanup } from '../../shared/with-cleanup.js';
import { renderView } from '../formats/render.js';
import { cut } from '../formats/wrap.js';
import { toTerminal } from '../terminal.js';
import { rankRows, topView } from '../views/top.js';
import { pause } from './pause.js';
import type { Top, TopReader } from './read-top.js';
import { type KeyName, TopScreen } from './screen.js';

/** Top in a terminal, until `q` or the signal of `ending` ends it. */
export class LiveTop {
  /** The row that was moved to; the first one, whichever that is, until one was. */
  #chosen: number | undefined;
  /** Its place. */
  #at = 0;
  /** All rows, of which the screen shows so many, after those that are above it. */
  #rows: readonly number[] = [];
  #above = 0;
  #room = 1;
  /** What the last screen had besides rows. */
  #linesAround = 0;
  #wake: () => void = () => undefined;
  readonly #screen: TopScreen;

  constructor(
    private readonly reader: TopReader,
    private userId: number | undefined,
    private readonly intervalMs: number,
    private readonly notice: string | undefined,
    private readonly ending: AbortController,
  ) {
    this.#screen = new TopScreen(
      process.stdin,
      process.stdout,
      (key) => {
        this.#press(key);
      },
      () => {
        this.#wake();
      },
    );
  }

  async run(): Promise<void> {
    const { signal } = this.ending;
    await withCleanup(
      async () => {
        while (!signal.aborted) {
          this.#screen.draw(await this.#render(this.reader.read(this.userId)));
          await this.#wait(signal);
        }
      },
      () => {
        this.#screen.end();
      },
    );
  }

  async #render(top: Top): Promise<string[]> {
    this.#rows = rankRows(top);
    this.#room = Math.max(1, this.#screen.rows - this.#linesAround);
    const at = this.#findChosen();
    this.#at = at;
    this.#above = Math.max(
      ...[0, at - this.#room + 1],
      Math.min(this.#above, at, this.#rows.length - this.#room),
    );
    const shown = this.#rows.slice(this.#above, this.#above + this.#room).length;
    const { NO_COLOR, TERM } = process.env;
    const terminal = toTerminal(process.stdout, { NO_COLOR, TERM });
    const look = { chosen: this.#rows[at], above: this.#above, room: this.#room };
    const view = topView(top, { ...look, notice: this.notice });
    const lines = (await renderView(view, 'table', terminal)).trimEnd().split('\n');
    lines.push(cut(this.#formatHelp(shown), terminal.columns));
    this.#linesAround = lines.length - shown;
    return lines.length > this.#screen.rows && shown > 1 ? this.#render(top) : lines;
  }

  /** ` 1–12 of 200 · q ends · Up, Down choose · Enter: processes` */
  #formatHelp(shown: number): string {
    const { length } = this.#rows;
    const parts = [
      ...(shown < length ? [`${this.#above + 1}–${this.#above + shown} of ${length}`] : []),
      ...['q ends', 'Up, Down choose'],
      this.userId === undefined ? 'Enter: processes' : 'Escape: users',
    ];
    return ` ${parts.join(' · ')}`;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => {
      woken.abort();
    };
    await pause(this.intervalMs, AbortSignal.any([signal, woken.signal]));
  }

  #press(key: KeyName): void {
    if (key === 'quit') this.ending.abort();
    if (key === 'up') this.#move(-1);
    if (key === 'down') this.#move(1);
    if (key === 'pageUp') this.#move(-this.#room);
    if (key === 'pageDown') this.#move(this.#room);
    if (key === 'back') this.#show(undefined);
    if (key === 'enter' && this.userId === undefined) this.#show(this.#chosen ?? this.#rows[0]);
    this.#wake();
  }

  /** A row stays chosen where it moves; where it is gone the one in its place is. */
  #findChosen(): number {
    if (this.#chosen === undefined) return 0;
    const found = this.#rows.indexOf(this.#chosen);
    if (found !== -1) return found;
    const at = Math.max(0, Math.min(this.#at, this.#rows.length - 1));
    this.#chosen = this.#rows[at];
    return at;
  }

  #move(step: number): void {
    const at = this.#findChosen() + step;
    this.#chosen = at <= 0 ? undefined : this.#rows[Math.min(at, this.#rows.length - 1)];
  }

  #show(userId: number | undefined): void {
    if (this.userId === userId) return;
    [this.#chosen, this.userId, this.#rows] = [this.userId, userId, []];
  }
}
