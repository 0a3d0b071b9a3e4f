import { upToHundredths } from '../../shared/numbers.js';
import { HOURS_OF_CAP } from './account.js';

/** A rate with its cap: `12, at most 288`. */
export function creditsInWords(creditsPerHour: number): string {
  return `${upToHundredths(creditsPerHour)}, at most ${upToHundredths(creditsPerHour * HOURS_OF_CAP)}`;
}

/** `20 %` */
export function percentInWords(percent: number): string {
  return `${upToHundredths(percent)} %`;
}
