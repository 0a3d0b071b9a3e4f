import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { LiveLine, liveText, type LiveStatus } from '../../src/record/live-line.js';

const STATUS: LiveStatus = { programs: ['php-fpm'], processes: 12, creditsToday: 1.234, gaps: 0 };

/** As much of a terminal as a live line uses: a stream, and the rows that it shows. */
function terminal(columns: number) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns });
  const screen = new Screen(columns);
  const written = () => String(stream.read() ?? '');
  return {
    stream: stream as unknown as WriteStream,
    rows: () => screen.write(written()).rows(),
    written,
    resize: (to: number) => {
      screen.write(written());
      stream.columns = to;
      screen.columns = to;
    },
  };
}

const ESCAPE = '\u{1b}';

/** A command to the terminal, the end of a line, or text. */
const TOKEN = new RegExp(`${ESCAPE}\\[\\d*[A-Z]|\\n|[^\\n${ESCAPE}]+`, 'gu');

/** A terminal that breaks its lines anew when its width changes, as most do. */
class Screen {
  #lines = [''];
  #at = 0;

  constructor(public columns: number) {}

  write(text: string): this {
    for (const [token] of text.matchAll(TOKEN)) this.#take(token);
    return this;
  }

  rows(): string[] {
    return this.#lines.flatMap((line) => rowsOf(line, this.columns));
  }

  #take(token: string): void {
    const line = this.#lines.at(-1) ?? '';
    const row = Math.floor(Math.max(this.#at - 1, 0) / this.columns);
    if (token === '\n') this.#lines.push('');
    if (token === '\n') this.#at = 0;
    else if (token === '\u{1b}[1G') this.#at = row * this.columns;
    else if (token.endsWith('A')) this.#at -= Number.parseInt(token.slice(2)) * this.columns;
    else if (token === '\u{1b}[0J') this.#setLine(line.slice(0, this.#at));
    else {
      this.#setLine(line.slice(0, this.#at) + token);
      this.#at += token.length;
    }
  }

  #setLine(line: string): void {
    this.#lines[this.#lines.length - 1] = line;
  }
}

function rowsOf(line: string, columns: number): string[] {
  const rows = Math.max(1, Math.ceil(line.length / columns));
  return Array.from({ length: rows }, (_, at) => line.slice(at * columns, (at + 1) * columns));
}

test('shows what is recorded, how many processes, credits and gaps', () => {
  expect(liveText(STATUS)).toBe('recording php-fpm · 12 processes · 1.23 credits today · 0 gaps');
  expect(liveText({ programs: [], processes: 1, creditsToday: 0, gaps: 1 })).toBe(
    'recording every process · 1 process · 0.00 credits today · 1 gap',
  );
});

test('is rewritten in its place', () => {
  const { stream, rows } = terminal(100);
  const line = new LiveLine(stream);
  line.show({ ...STATUS, processes: 100 });
  line.show(STATUS);
  expect(rows()).toEqual([liveText(STATUS)]);
});

test('stays below lines that are logged', () => {
  const { stream, rows } = terminal(100);
  const line = new LiveLine(stream);
  line.show(STATUS);
  line.write('a gap\n');
  line.write('another\n');
  expect(rows()).toEqual(['a gap', 'another', liveText(STATUS)]);
});

test('is gone when it ends, and does not come back with a later line', () => {
  const { stream, rows } = terminal(100);
  const line = new LiveLine(stream);
  line.show(STATUS);
  line.end();
  line.write('stopped\n');
  expect(rows()).toEqual(['stopped', '']);
});

test.each([40, 10, 1])('never wraps on a terminal of %i columns', (columns) => {
  const { stream, rows } = terminal(columns);
  new LiveLine(stream).show(STATUS);
  expect(rows()).toEqual([liveText(STATUS).slice(0, columns - 1)]);
});

test('is as wide as usual on a terminal that reports no columns', () => {
  const { stream, written } = terminal(0);
  new LiveLine(stream).show(STATUS);
  expect(written()).toContain(liveText(STATUS));
});

test.each([30, 31, 20, 10])('leaves no rest when the terminal shrinks to %i columns', (columns) => {
  const { stream, rows, resize } = terminal(100);
  const line = new LiveLine(stream);
  line.write('a gap\n');
  line.show(STATUS);
  resize(columns);
  line.show(STATUS);
  expect(rows()).toEqual(['a gap', liveText(STATUS).slice(0, columns - 1)]);
});

test('is whole again when the terminal grows', () => {
  const { stream, rows, resize } = terminal(20);
  const line = new LiveLine(stream);
  line.show(STATUS);
  resize(100);
  line.write('a gap\n');
  expect(rows()).toEqual(['a gap', liveText(STATUS)]);
});

test('is gone for good once the terminal could not be written to', () => {
  const { stream, written } = terminal(100);
  const line = new LiveLine(stream);
  stream.emit('error', new Error('write EIO'));
  line.show(STATUS);
  line.write('a gap\n');
  line.end();
  expect(written()).toBe('a gap\n');
});

test('has no control characters from names in it', () => {
  const text = liveText({ ...STATUS, programs: ['\u{1b}[2Jphp*', 'b\u{202e}'] });
  expect(text).toMatch(/^recording \u{fffd}\[2Jphp\*, b\u{fffd} · /u);
});

test('leaves out credits that can’t be told now', () => {
  expect(liveText({ ...STATUS, creditsToday: undefined })).toBe(
    'recording php-fpm · 12 processes · 0 gaps',
  );
});
