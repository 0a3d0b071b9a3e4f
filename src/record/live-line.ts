import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';

export interface LiveStatus {
  programs: string[];
  processes: number;
  creditsToday: number;
  gaps: number;
}

/** One line on a terminal that is rewritten in place; other lines are put above it. */
export class LiveLine {
  #shown = '';

  constructor(private readonly terminal: WriteStream) {}

  show(status: LiveStatus): void {
    this.#shown = liveText(status).slice(0, Math.max(this.terminal.columns - 1, 0));
    this.#redraw();
  }

  /** Writes lines above the live one. */
  write(lines: string): void {
    this.#erase();
    this.terminal.write(lines);
    this.terminal.write(this.#shown);
  }

  end(): void {
    this.#erase();
    this.#shown = '';
  }

  #redraw(): void {
    this.#erase();
    this.terminal.write(this.#shown);
  }

  #erase(): void {
    cursorTo(this.terminal, 0);
    clearLine(this.terminal, 0);
  }
}

export function liveText({ programs, processes, creditsToday, gaps }: LiveStatus): string {
  return [
    `recording ${programs.join(', ') || 'every process'}`,
    `${processes} ${processes === 1 ? 'process' : 'processes'}`,
    `${creditsToday.toFixed(2)} credits today`,
    `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
  ].join(' · ');
}
