import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { sanitize } from '../shared/sanitize.js';

export interface LiveStatus {
  programs: string[];
  processes: number;
  /** Undefined where it can't be told now. */
  creditsToday: number | undefined;
  gaps: number;
}

/** For terminals that report a width of 0. */
const USUAL_COLUMNS = 80;

/**
 * One line on a terminal that is rewritten in place; other lines are put above it. It is gone for good
 * once the terminal is.
 */
export class LiveLine {
  #text = '';
  /** The part of it on the terminal. */
  #shown = '';
  #isLost = false;

  constructor(private readonly terminal: WriteStream) {
    terminal.on('error', () => {
      this.#isLost = true;
    });
  }

  show(status: LiveStatus): void {
    this.#text = liveText(status);
    if (!this.#isLost) this.#redraw('');
  }

  /** Writes lines above the live one. */
  write(lines: string): void {
    if (this.#isLost) this.terminal.write(lines);
    else this.#redraw(lines);
  }

  end(): void {
    this.#text = '';
    if (!this.#isLost) this.#redraw('');
  }

  #redraw(linesAbove: string): void {
    this.#erase();
    this.#shown = this.#text.slice(0, this.#columns - 1);
    this.terminal.write(linesAbove + this.#shown);
  }

  /** A terminal that has become narrower since has broken the line into several rows. */
  #erase(): void {
    const rows = Math.ceil(this.#shown.length / this.#columns);
    cursorTo(this.terminal, 0);
    if (rows > 1) moveCursor(this.terminal, 0, 1 - rows);
    clearScreenDown(this.terminal);
  }

  get #columns(): number {
    return this.terminal.columns > 0 ? this.terminal.columns : USUAL_COLUMNS;
  }
}

export function liveText({ programs, processes, creditsToday, gaps }: LiveStatus): string {
  return [
    `recording ${programs.map(sanitize).join(', ') || 'every process'}`,
    `${processes} ${processes === 1 ? 'process' : 'processes'}`,
    ...(creditsToday === undefined ? [] : [`${creditsToday.toFixed(2)} credits today`]),
    `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
  ].join(' · ');
}
