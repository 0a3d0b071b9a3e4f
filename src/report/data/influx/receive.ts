import type { Period } from '../../../shared/days.js';
import { hourlyBuckets, oneBucket } from './buckets.js';
import type { Database, Sum, Tag } from './database.js';

/** What a database has received for a period, as far as a report needs it. */
export interface Received {
  /** By the report's tag: of the whole period, or of each bucket of it. */
  cpuTime: Sum[];
  /** The part that no sample showed, of the whole period; undefined where the database can't tell. */
  unseen: Sum[] | undefined;
  hostNames: string[];
}

/**
 * Queries all of it, one request after the other. With hours, rows come from their sums, so that both agree while
 * machines go on shipping.
 *
 * @throws PsusageError QUERY
 */
export async function receive(
  database: Database,
  by: Tag,
  period: Period,
  withHours: boolean,
): Promise<Received> {
  const whole = oneBucket(period);
  const cpuTime: Sum[] = [];
  for (const buckets of withHours ? hourlyBuckets(period) : [whole]) {
    for (const sum of await database.cpuTime(by, buckets)) cpuTime.push(sum);
  }
  const unseen = await database.unseenCpuTime?.(by, whole);
  const byHost = by === 'host' ? cpuTime : await database.cpuTime('host', whole);
  const hostNames = [...new Set(byHost.map(({ name }) => name))].sort();
  return { cpuTime, unseen, hostNames };
}
