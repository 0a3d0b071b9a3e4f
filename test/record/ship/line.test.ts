import { Point } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formatCommand,
  formatSeries,
  toFieldText,
  toTagText,
} from '../../../src/record/ship/line.js';
import { LineWriter } from '../../../src/record/ship/line-writer.js';
import type { CompleteRecord, Point as OurPoint } from '../../../src/record/ship/points.js';
import { anyCharacter } from '../../builders/any-character.js';

const RECORD: CompleteRecord = {
  ...{ creditId: 7, pid: 4_242, userId: 1, programId: 2, commandId: 1 },
  ...{ fromMs: 1_774_763_999_000, toMs: 1_774_764_000_000, cpuMs: 61_250, ended: 1, unseen: 0 },
};
const POINT: OurPoint = {
  ...{ record: RECORD, pointId: 3, seriesId: 1, timestampMs: 1_774_763_999_999 },
};
const SERIES = { host: 'web1', program: 'php-fpm', user: 'foo_com' };

const texts = (command = 'php-fpm8.2', series = SERIES) => ({
  series: formatSeries(series),
  command: formatCommand(command),
});

function formatLine(point: OurPoint, { series, command }: ReturnType<typeof texts>): string {
  const writer = new LineWriter();
  writer.add(point, { series: Buffer.from(series), command: Buffer.from(command) });
  return writer.take();
}

it('writes what is promised: measurement, tags, fields and a millisecond', () => {
  expect(formatLine(POINT, texts())).toBe(
    'cpu_credit,host=web1,program=php-fpm,user=foo_com command="php-fpm8.2",cpu_percent=6125,' +
      'cpu_seconds=61.25,credits=1.0208333333333333,duration_seconds=1,ended=true,pid=4242i,' +
      'unseen=false 1774763999999',
  );
});

it('leaves the command out where a server has no texts', () => {
  expect(formatLine(POINT, { ...texts(), command: '' })).not.toContain('command');
});

it('writes a moment before 1970 too, which a machine without a clock may begin with', () => {
  expect(formatLine({ ...POINT, timestampMs: -1 }, texts())).toMatch(/ -1$/);
});

it('escapes names so that no tag and no field can be added by one', () => {
  const series = { host: 'a b', program: 'c,d=e', user: 'f"g' };
  expect(formatLine(POINT, texts('say "hi" \\ bye, x=1', series))).toMatch(
    /^cpu_credit,host=a\\ b,program=c\\,d\\=e,user=f"g command="say \\"hi\\" \\\\ bye, x=1",cpu_percent=/,
  );
});

it("says the same as the client's own point, for any record", () => {
  const name = fc.stringMatching(/^[ -~é山]{1,20}$/);
  fc.assert(
    fc.property(
      fc.record({
        pid: fc.integer({ min: 1, max: 4_194_304 }),
        cpuMs: fc.integer({ min: 0, max: 900_000 * 128 }),
        durationMs: fc.integer({ min: 1, max: 900_000 }),
        ended: fc.constantFrom<0 | 1>(0, 1),
        unseen: fc.constantFrom<0 | 1>(0, 1),
      }),
      fc.record({ host: name, program: name, user: name }),
      name,
      ({ durationMs, ...fields }, series, command) => {
        const record = { ...RECORD, ...fields, fromMs: RECORD.toMs - durationMs };
        const point = new Point('cpu_credit')
          .tag('host', series.host)
          .tag('program', series.program)
          .tag('user', series.user)
          .stringField('command', toFieldText(command))
          .floatField('cpu_percent', (100 * record.cpuMs) / durationMs)
          .floatField('cpu_seconds', record.cpuMs / 1_000)
          .floatField('credits', record.cpuMs / 60_000)
          .floatField('duration_seconds', durationMs / 1_000)
          .booleanField('ended', record.ended === 1)
          .intField('pid', record.pid)
          .booleanField('unseen', record.unseen === 1)
          .timestamp(POINT.timestampMs);
        const theirs = point
          .toLineProtocol()
          ?.replace(/ended=(.)/, record.ended === 1 ? 'ended=true' : 'ended=false')
          .replace(/unseen=(.) (\d+)$/, `unseen=${record.unseen === 1} $2`);
        expect(formatLine({ ...POINT, record }, texts(command, series))).toBe(theirs);
      },
    ),
  );
});

it('writes any number of lines, of any length, and begins anew', () => {
  const writer = new LineWriter();
  const names = { series: Buffer.from('山'.repeat(30_000)), command: Buffer.from('') };
  const short = { series: Buffer.from(formatSeries(SERIES)), command: Buffer.from('') };
  expect(writer.take()).toBe('');
  const written = [names, short, names, names, short];
  written.forEach((each) => {
    writer.add(POINT, each);
  });
  const lines = writer.take().split('\n');
  expect(lines).toEqual(
    written.map(({ series }) => formatLine(POINT, { series: series.toString(), command: '' })),
  );
  expect(writer.take()).toBe('');
});

it('leaves a readable name as it is, in any script', () => {
  for (const name of ['foo_com', 'foo bar', 'a,b=c"d', 'žiga', '山田', 'php-fpm: pool www']) {
    expect(toTagText(name)).toBe(name);
  }
});

it('replaces what line protocol can not hold', () => {
  expect(toTagText('DOMAIN\\user')).toBe('DOMAIN/user');
  expect(toTagText('two\nlines\tand a bell\u{7}')).toBe(
    'two\u{fffd}lines\u{fffd}and a bell\u{fffd}',
  );
  expect(toTagText('right \u{202e}to left')).toBe('right \u{fffd}to left');
  expect(toTagText('half \u{d800}a character')).toBe('half \u{fffd}a character');
  expect(toTagText('  blanks around ')).toBe('blanks around');
});

it('gives an empty name a value, since a tag without one can not be sent', () => {
  expect(toTagText('')).toBe('(none)');
  expect(toTagText('   ')).toBe('(none)');
});

it('cuts what is longer than 256 characters, never within one', () => {
  expect(toTagText('x'.repeat(256))).toBe('x'.repeat(256));
  expect(toTagText('x'.repeat(65_536))).toBe(`${'x'.repeat(255)}…`);
  expect(toFieldText('😀'.repeat(300))).toBe(`${'😀'.repeat(255)}…`);
});

it('keeps a backslash in a command, which is no tag', () => {
  expect(toFieldText('C:\\run "it"')).toBe('C:\\run "it"');
});

it('makes a tag of any name that ends in no backslash, has no line end and is not empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 400 }), (name) => {
      const tag = toTagText(name);
      expect(tag).not.toMatch(/[\n\r\t\\\0]/);
      expect(tag).not.toBe('');
      expect(Array.from(tag).length).toBeLessThanOrEqual(256);
      expect(toTagText(tag)).toBe(tag);
    }),
  );
});
