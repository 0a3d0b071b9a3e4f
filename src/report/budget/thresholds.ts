import { InvalidArgumentError } from 'commander';

/** From which part of a budget on something is to be said, in per cent. */
export interface Thresholds {
  warningPercent: number;
  criticalPercent: number;
}

const SHAPE = /^(\d{1,6}(?:\.\d{1,3})?)%?,(\d{1,6}(?:\.\d{1,3})?)%?$/;

/** Reads `80,100`. */
export function parseThresholds(text: string): Thresholds {
  const [, warning, critical] = SHAPE.exec(text.replaceAll(' ', '')) ?? [];
  const thresholds = { warningPercent: Number(warning), criticalPercent: Number(critical) };
  if (warning === undefined || thresholds.warningPercent > thresholds.criticalPercent) {
    throw new InvalidArgumentError('It must be two percentages, the lower one first: 80,100.');
  }
  return thresholds;
}
