import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar } from '../../../src/report/formats/bar.js';
import {
  count,
  hoursMinutesSeconds,
  rounded,
  roundedDown,
  upToHundredths,
} from '../../../src/shared/numbers.js';
import { foldedGaps } from '../../../src/report/views/gaps.js';
import { wrap, wrapParts } from '../../../src/report/formats/wrap.js';
import { NO_BREAK_SPACE } from '../../../src/report/view.js';
import { listed } from '../../../src/report/views/selection.js';

describe('a bar', () => {
  it.each([
    [0, ''],
    [0.001, '▏'],
    [10, '█'],
    [55, '█████▌'],
    [99.9, '██████████'],
    [100, '██████████'],
    [100.1, '█████████»'],
    [Infinity, '█████████»'],
  ])('of %d %% is %j', (percent, expected) => {
    expect(bar(percent, 10)).toBe(expected);
  });
});

describe('a number', () => {
  it('that is more than nothing does not look like nothing', () => {
    expect(rounded(0)).toBe('0');
    expect(rounded(0.0001)).toBe('<0.01');
    expect(rounded(-0.0001)).toBe('0.00');
    expect(rounded(1234.4)).toBe('1,234');
    expect(rounded(-11.75)).toBe('-11.8');
  });

  it('is rounded and grouped as in English, and as it stands, not as it is stored', () => {
    const [whole, tenths, hundredths] = [0, 1, 2].map(
      (digits) =>
        new Intl.NumberFormat('en-US', {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        }),
    );
    expect(rounded(1.005)).toBe('1.01');
    expect(rounded(Infinity)).toBe('∞');
    const thousandths = fc.integer({ min: 5, max: 2_000_000_000 }).map((value) => value / 1_000);
    fc.assert(
      fc.property(thousandths, (value) => {
        const format = value >= 99.95 ? whole : value >= 9.995 ? tenths : hundredths;
        expect(rounded(value)).toBe(format?.format(value));
        expect(rounded(-value)).toBe(format?.format(-value));
        expect(count(value)).toBe(whole?.format(value));
      }),
    );
  });

  it('of vCPUs has no more decimals than it needs', () => {
    expect([2, 2.5, 10, 100, 1.999, 1_000].map(upToHundredths)).toEqual([
      '2',
      '2.5',
      '10',
      '100',
      '2',
      '1,000',
    ]);
  });

  it('of CPU time goes beyond a day in hours', () => {
    expect(hoursMinutesSeconds(0)).toBe('0:00:00.0');
    expect(hoursMinutesSeconds(59_960)).toBe('0:01:00.0');
    expect(hoursMinutesSeconds(93_909_720)).toBe('26:05:09.7');
  });

  it('of coverage is 100 only when nothing is missing', () => {
    expect(roundedDown(99_999, 100_000)).toBe('99.9');
    expect(roundedDown(100_000, 100_000)).toBe('100');
    expect(roundedDown(0, 0)).toBe('100');
    expect(roundedDown(1, 100_000)).toBe('<0.01');
    expect(roundedDown(0, 100_000)).toBe('0');
  });
});

describe('a long text', () => {
  it('is broken between words, and set in from the second line on', () => {
    expect(wrap('one two three four', 9)).toEqual(['one two', '  three', '  four']);
    expect(wrap('  one two', 7)).toEqual(['  one', '    two']);
  });

  it('is not broken where it must not be', () => {
    expect(wrap(`one two${NO_BREAK_SPACE}three`, 10)).toEqual(['one', '  two thr…']);
    expect(wrapParts(['one two', 'three', 'four'], 15)).toEqual(['one two · three', 'four']);
  });

  it('is never wider than the terminal', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 5, max: 80 }), (text, columns) => {
        for (const line of wrap(text, columns)) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('a list with elements of which nothing is known', () => {
  it('has those that follow each other in one, and keeps all others', () => {
    const folded = foldedGaps([null, 1, null, null, 2, 3, null], (element) => element === null);
    expect(folded.map((each) => (each.kind === 'gap' ? 'gap' : each.element))).toEqual([
      'gap',
      1,
      'gap',
      2,
      3,
      'gap',
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (list) => {
        const all = foldedGaps(list, (element) => element === 0);
        const known = all.flatMap((each) => (each.kind === 'one' ? [each.element] : []));
        expect(known).toEqual(list.filter((element) => element !== 0));
        expect(all.some(({ kind }, at) => kind === 'gap' && all[at - 1]?.kind === 'gap')).toBe(
          false,
        );
      }),
    );
  });
});

describe('a list of names', () => {
  it('ends in how many more there are when it is long', () => {
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(Array.from({ length: 30 }, () => 'a'))).toMatch(/, a and 18 more$/);
  });
});
