import type { Precision } from '../precision.js';

/** What these runs could know less exactly than psusage can elsewhere; a line each, none where all is exact. */
export function precisionLines(runs: readonly Precision[]): string[] {
  const coarse = runs.filter(({ precision }) => precision === 'pcpu');
  const ageless = runs.filter(({ areAgesKnown }) => !areAgesKnown);
  return [
    ...lineOf(
      'figures less exact: procps 3.3 shows the CPU time of an old process to a second',
      coarse.length,
      runs.length,
    ),
    ...lineOf(
      'figures less exact: ps can’t tell how old processes are in this container; each process’s CPU time is known to a second, and its start is when it was first seen',
      ageless.length,
      runs.length,
    ),
  ];
}

function lineOf(text: string, count: number, all: number): string[] {
  if (count === 0) return [];
  return [count === all ? text : `${text}; for a part of the time`];
}
