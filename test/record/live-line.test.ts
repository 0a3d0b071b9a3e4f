import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { LiveLine, liveText, type LiveStatus } from '../../src/record/live-line.js';

const STATUS: LiveStatus = { programs: ['php-fpm'], processes: 12, creditsToday: 1.234, gaps: 0 };

/** As much of a terminal as a live line uses: one that remembers what was written to it. */
function terminal(columns: number): { stream: WriteStream; rows: () => string[] } {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns });
  return {
    stream: stream as unknown as WriteStream,
    rows: () => shownBy(String(stream.read() ?? '')),
  };
}

const TO_START = '\u001b[1G';
const ERASE = '\u001b[2K';

/** What stands in each row once all was written; rows are only ever erased as a whole. */
function shownBy(written: string): string[] {
  return written.split('\n').map((row) => {
    const [last = ''] = row.split(ERASE).reverse();
    return last.replaceAll(TO_START, '');
  });
}

test('says what is recorded, how many processes, credits and gaps', () => {
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
