import { expect, it } from 'vitest';
import { toCreditsPerHour } from '../../../src/report/models/account.js';
import { BURSTABLE_SIZES } from '../../../src/report/models/burstable-sizes.js';

it.each(BURSTABLE_SIZES)('a $name earns by its baseline and keeps a day of it', (size) => {
  expect(size.creditsPerHour).toBe(toCreditsPerHour(size.baselinePercent, size.vcpus));
  expect(size.capCredits).toBe(24 * size.creditsPerHour);
});

it('no size is smaller than the one before it', () => {
  for (const [at, size] of BURSTABLE_SIZES.entries()) {
    const before = BURSTABLE_SIZES[at - 1] ?? size;
    expect(size.creditsPerHour).toBeGreaterThanOrEqual(before.creditsPerHour);
    expect(size.vcpus).toBeGreaterThanOrEqual(before.vcpus);
  }
});
