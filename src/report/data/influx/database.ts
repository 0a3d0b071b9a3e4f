import type { Grouping } from '../grouping.js';
import type { Buckets } from './buckets.js';

/** By what points can be told apart: their tags. The command is a field, which can't be grouped by. */
export type Tag = Exclude<Grouping, 'command'>;

/** CPU time of one value of a tag, in one bucket. */
export interface Sum {
  name: string;
  /** Where the bucket begins. */
  fromMs: number;
  cpuMs: number;
}

/** A database that machines ship to. Each may throw PsusageError QUERY. */
export interface Database {
  /** What was received for each value of a tag, in each bucket for which anything was. */
  cpuTime: (tag: Tag, buckets: Buckets) => Promise<Sum[]>;
  /** The part of it that no sample showed; undefined where the database can't tell. */
  unseenCpuTime: ((tag: Tag, buckets: Buckets) => Promise<Sum[]>) | undefined;
}

/** Each record is of whole milliseconds; that is exact again after a sum of seconds. */
export function toCpuMs(seconds: number): number {
  return Math.round(seconds * 1_000);
}
