import type { Connection } from './connection.js';
import {
  type Group,
  query,
  readAll,
  readField,
  readList,
  readText,
  refusal,
  strangeAnswer,
} from './query.js';

/** Said in an answer with status 200. */
const NOT_THERE = /(database|retention policy|bucket) not found/i;

const NAME_ANOTHER =
  'Name an existing one with --database or --bucket; InfluxDB 2 needs a DBRP mapping for the bucket';

/**
 * Runs one InfluxQL statement that selects one figure and groups it by one tag, and by time if at all.
 * InfluxDB 1.x and 3 answer it, and 2.x where a DBRP mapping leads to the bucket.
 *
 * @param tag the tag that it groups by
 * @throws PsusageError QUERY
 */
export async function askInfluxql(
  connection: Connection,
  statement: string,
  tag: string,
): Promise<Group[]> {
  const answer = await query(connection, queryPath(connection, statement));
  const [result] = readList(readField(answer, 'results')) ?? [];
  const error = readText(readField(answer, 'error')) ?? readText(readField(result, 'error'));
  if (error !== undefined) {
    throw refusal(connection, error, NOT_THERE.test(error) ? NAME_ANOTHER : undefined);
  }
  const groups =
    result === undefined
      ? undefined
      : readAll(readField(result, 'series') ?? [], (series) => parseGroup(series, tag));
  if (groups === undefined) throw strangeAnswer(connection);
  return groups;
}

/** A bucket `db/rp` is a database and a retention policy of InfluxDB 1.8. */
function queryPath({ target }: Connection, statement: string): string {
  const params = new URLSearchParams({ epoch: 'ms', q: statement });
  if (target.api === 'v1') params.set('db', target.database);
  if (target.api === 'v2') {
    const [database = '', ...policy] = target.bucket.split('/');
    params.set('db', database);
    if (policy.length > 0) params.set('rp', policy.join('/'));
  }
  return `/query?${params.toString()}`;
}

/** A series that a limit of the server has cut is `partial`, and no answer. */
function parseGroup(series: unknown, tag: string): Group | undefined {
  const name = readText(readField(readField(series, 'tags'), tag));
  const values = readAll(readField(series, 'values'), parseValue);
  const isCut = readField(series, 'partial') === true;
  return name === undefined || values === undefined || isCut ? undefined : { name, values };
}

function parseValue(row: unknown): Group['values'][number] | undefined {
  const [timeMs, value] = readList(row) ?? [];
  return typeof timeMs === 'number' && typeof value === 'number' ? { timeMs, value } : undefined;
}
