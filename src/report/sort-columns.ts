/** What rows can be put in order by; the first is what they are in order by unless asked. */
export const SORT_COLUMNS = [
  'credits',
  'cpu-time',
  'util-seconds',
  'processes',
  'budget',
  'left',
  'capacity',
  'unseen',
  'name',
] as const;

export type SortColumn = (typeof SORT_COLUMNS)[number];
