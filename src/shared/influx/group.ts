/** What a database answers for one value of a tag. */
export interface Group {
  name: string;
  /** In order of time, in ms since 1970. */
  values: { timeMs: number; value: number }[];
}
