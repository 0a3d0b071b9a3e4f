const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const FULL = '█';

/** Stands at the end of a bar that goes on beyond its scale. */
const BEYOND = '»';

/**
 * A bar that fills `width` characters at 100 %. More than nothing shows as a sliver, more than all
 * by a mark at its end.
 */
export function bar(percent: number, width: number): string {
  if (percent > 100) return FULL.repeat(width - 1) + BEYOND;
  const eighths = Math.round((percent * width * 8) / 100);
  const shown = percent > 0 ? Math.max(1, eighths) : 0;
  return FULL.repeat(Math.floor(shown / 8)) + (EIGHTHS[shown % 8] ?? '');
}
