import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns/format';
import fc from 'fast-check';
import prettyMs from 'pretty-ms';
import { expect, it } from 'vitest';
import {
  formatDuration,
  formatMoment,
  formatShortMoment,
  formatSpan,
} from '../../../src/report/views/date-format.js';
import { toPeriod } from '../../../src/shared/days.js';

const ZONES = ['UTC', 'Europe/Ljubljana', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Niue'];

const moment = fc.integer({ min: 0, max: Date.UTC(2039, 0) });

it('a moment is said as date-fns says it', () => {
  fc.assert(
    fc.property(moment, fc.constantFrom(...ZONES), (ms, timeZone) => {
      const date = new TZDate(ms, timeZone);
      const period = toPeriod('2026-03-01', '2026-03-31', timeZone);
      expect(formatMoment(ms, timeZone)).toBe(format(date, 'EEEE d MMMM yyyy, HH:mm'));
      expect(formatShortMoment(ms, period)).toBe(format(date, 'd MMM HH:mm'));
    }),
  );
});

it('a time that comes twice is said with its offset', () => {
  const period = toPeriod('2026-10-25', '2026-10-25', 'Europe/Ljubljana');
  const span = {
    fromMs: Date.parse('2026-10-25T00:30:00Z'),
    toMs: Date.parse('2026-10-25T02:30:00Z'),
  };
  expect(formatSpan(span, period)).toBe('02:30:00 +02:00 – 03:30:00'.replaceAll(' ', '\u{a0}'));
});

it('a duration is written as pretty-ms writes it, from one second on in whole seconds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(2_000), fc.nat(1e8), fc.maxSafeNat()), (ms) => {
      const said = ms === 0 ? '0s' : prettyMs(ms, ms < 1_000 ? {} : { secondsDecimalDigits: 0 });
      expect(formatDuration(ms)).toBe(said.replaceAll(' ', '\u{a0}'));
    }),
  );
});
