import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  addCalendarDays,
  toCalendarDay,
  listHourStarts,
  listMoments,
  isCalendarDay,
  isoWithOffset,
  knownTimeZone,
  toPeriod,
  startOfToday,
  systemTimeZone,
} from '../../src/shared/days.js';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../source.js';

const MS_PER_HOUR = 3_600_000;

function hoursOf(day: string, timeZone: string): number {
  const { fromMs, toMs } = toPeriod(day, day, timeZone);
  return (toMs - fromMs) / MS_PER_HOUR;
}

describe('a calendar day', () => {
  it.each([
    ['2026-03-29', 'Europe/Ljubljana', 23],
    ['2026-10-25', 'Europe/Ljubljana', 25],
    ['2026-07-30', 'Europe/Ljubljana', 24],
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    ['2026-10-29', 'Africa/Cairo', 25],
    ['2026-11-01', 'America/Havana', 25],
    ['2026-01-01', 'Asia/Kolkata', 24],
  ])('of %s in %s has %d hours', (day, timeZone, hours) => {
    expect(hoursOf(day, timeZone)).toBe(hours);
  });

  it.each([
    ['2026-04-24', 'Africa/Cairo', '2026-04-24T01:00:00+03:00'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-29T01:00:00+03:00'],
    ['2023-10-01', 'America/Asuncion', '2023-10-01T01:00:00-03:00'],
    ['2026-09-06', 'America/Santiago', '2026-09-06T01:00:00-03:00'],
  ])('of %s in %s begins at one, where there is no midnight', (day, timeZone, start) => {
    expect(isoWithOffset(toPeriod(day, day, timeZone).fromMs, timeZone)).toBe(start);
    expect(hoursOf(day, timeZone)).toBe(23);
  });

  it('begins at the half hour of UTC where the zone is half an hour off', () => {
    const { fromMs } = toPeriod('2026-01-01', '2026-01-01', 'Asia/Kolkata');
    expect(new Date(fromMs).toISOString()).toBe('2025-12-31T18:30:00.000Z');
  });

  it('goes on seamlessly into the next, in every zone and on every day of a year', () => {
    for (const timeZone of Intl.supportedValuesOf('timeZone').filter((_, at) => at % 12 === 0)) {
      let day = '2026-01-01';
      let { fromMs } = toPeriod(day, day, timeZone);
      while (day < '2027-01-01') {
        const period = toPeriod(day, day, timeZone);
        expect(period.fromMs).toBe(fromMs);
        expect(toCalendarDay(period.fromMs, timeZone)).toBe(day);
        expect(toCalendarDay(period.toMs - 1, timeZone)).toBe(day);
        fromMs = period.toMs;
        day = addCalendarDays(day, 1);
      }
    }
  });

  it('is a day of the calendar only if the calendar has it', () => {
    expect(isCalendarDay('2028-02-29')).toBe(true);
    for (const text of [
      '2026-02-30',
      '2026-13-01',
      '2026-00-10',
      '26-01-01',
      '2026-1-1',
      '',
      'x',
    ]) {
      expect(isCalendarDay(text), text).toBe(false);
    }
  });

  it('of no length is one that a zone has left out', () => {
    expect(hoursOf('2011-12-30', 'Pacific/Apia')).toBe(0);
  });
});

describe('several days', () => {
  it('are counted by the calendar, whatever their hours', () => {
    const period = toPeriod('2026-03-28', '2026-03-30', 'Europe/Ljubljana');
    expect(period.days).toBe(3);
    expect((period.toMs - period.fromMs) / MS_PER_HOUR).toBe(71);
  });
});

describe('a time of a day', () => {
  const moments = (time: string, day: string, timeZone: string) =>
    listMoments(time, toPeriod(day, day, timeZone)).map((ms) => isoWithOffset(ms, timeZone));

  it.each([
    ['14:32', '2026-03-29', 'Europe/Ljubljana', ['2026-03-29T14:32:00+02:00']],
    ['00:00', '2026-03-30', 'UTC', ['2026-03-30T00:00:00+00:00']],
    ['02:30', '2026-03-29', 'Europe/Ljubljana', []],
    [
      ...(['02:30', '2026-10-25', 'Europe/Ljubljana'] as const),
      ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00'],
    ],
    [
      ...(['01:45', '2026-04-05', 'Australia/Lord_Howe'] as const),
      ['2026-04-05T01:45:00+11:00', '2026-04-05T01:45:00+10:30'],
    ],
    ['00:30', '2018-11-04', 'America/Sao_Paulo', []],
  ])('%s is on %s in %s at %j', (time, day, timeZone, expected) => {
    expect(moments(time, day, timeZone)).toEqual(expected);
  });
});

describe('the hours of a period', () => {
  const labels = (day: string, timeZone: string) =>
    listHourStarts(toPeriod(day, day, timeZone)).map((ms) =>
      isoWithOffset(ms, timeZone).slice(11, 16),
    );

  it('are those that the clock on the wall shows', () => {
    expect(labels('2026-03-29', 'Europe/Ljubljana')).toHaveLength(23);
    expect(labels('2026-03-29', 'Europe/Ljubljana').slice(1, 3)).toEqual(['01:00', '03:00']);
    expect(labels('2026-10-25', 'Europe/Ljubljana').slice(1, 5)).toEqual([
      '01:00',
      '02:00',
      '02:00',
      '03:00',
    ]);
    expect(labels('2026-01-01', 'Asia/Kolkata').at(-1)).toBe('23:00');
  });

  it('come in two parts where clocks are set back by half an hour', () => {
    expect(labels('2026-04-05', 'Australia/Lord_Howe').slice(0, 4)).toEqual([
      '00:00',
      '01:00',
      '01:30',
      '02:00',
    ]);
  });
});

describe('today', () => {
  it('began at the midnight of the zone, not of UTC', () => {
    const now = Date.parse('2026-07-30T23:30:00Z');
    expect(new Date(startOfToday(now, 'Europe/Ljubljana')).toISOString()).toBe(
      '2026-07-30T22:00:00.000Z',
    );
    expect(new Date(startOfToday(now, 'America/New_York')).toISOString()).toBe(
      '2026-07-30T04:00:00.000Z',
    );
  });
});

describe('the time zone', () => {
  it('of the process is known', () => {
    expect(knownTimeZone(systemTimeZone())).toBe(systemTimeZone());
  });

  it('is spelt as the tz database does', () => {
    expect(knownTimeZone('europe/ljubljana')).toBe('Europe/Ljubljana');
    expect(knownTimeZone('Asia/Kolkata')).toBe('Asia/Kolkata');
    expect(knownTimeZone('Mars/Olympus')).toBeUndefined();
    expect(knownTimeZone('')).toBeUndefined();
    // Britain's summer time, but Dhaka's to Node.js.
    for (const name of ['BST', 'ist', 'PST']) expect(knownTimeZone(name)).toBeUndefined();
    for (const name of ['CET', 'EST', 'GMT']) expect(knownTimeZone(name)).toBe(name);
  });

  it.each(['America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'])(
    'of the process, %s, has no effect on the days of another',
    (systemZone) => {
      const asked = [
        ['2026-10-25', 'Atlantic/Azores'],
        ['2026-04-05', 'America/Santiago'],
        ['2026-04-24', 'Africa/Addis_Ababa'],
        ['2026-03-29', 'Europe/Ljubljana'],
      ] as const;
      const program = `
        const { toPeriod } = await import('${sourceUrl('shared/days.ts')}');
        const asked = ${JSON.stringify(asked)};
        console.log(JSON.stringify(asked.map(([day, zone]) => toPeriod(day, day, zone))));`;
      const output = execFileSync(process.execPath, [...EVALUATE, program], {
        env: { ...EVALUATE_ENV, TZ: systemZone },
        encoding: 'utf8',
      });
      expect(JSON.parse(output)).toEqual(asked.map(([day, zone]) => toPeriod(day, day, zone)));
    },
  );
});
