import type { Connection } from './connection.js';
import {
  type Group,
  query,
  readAll,
  readField,
  readList,
  readText,
  strangeAnswer,
} from './query.js';

/** Moments at which an expression is evaluated: `count` of them, so far apart. */
interface Moments {
  firstMs: number;
  stepMs: number;
  count: number;
}

/**
 * Evaluates a MetricsQL expression whose result is grouped by one label.
 *
 * Also where there is one moment it asks for a range: at a single moment newer servers put the value of a
 * long window together from what they remember, without what has arrived since for an earlier time. Nor
 * is anything taken from a cache: with it a moment close to now is moved back, by 30 s unless configured.
 *
 * @throws PsusageError QUERY
 */
export async function askMetricsql(
  connection: Connection,
  expression: string,
  { firstMs, stepMs, count }: Moments,
  label: string,
): Promise<Group[]> {
  const params = new URLSearchParams({
    query: expression,
    start: inSeconds(firstMs),
    end: inSeconds(firstMs + (count - 1) * stepMs),
    step: `${inSeconds(stepMs)}s`,
    nocache: '1',
  });
  const answer = await query(connection, `/api/v1/query_range?${params.toString()}`);
  const data = readField(answer, 'data');
  const groups = readAll(readField(data, 'result'), (each) => parseGroup(each, label));
  if (groups === undefined || readField(answer, 'isPartial') === true) {
    throw strangeAnswer(connection);
  }
  return groups;
}

/** A text in an expression. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function inSeconds(ms: number): string {
  return String(ms / 1_000);
}

/** A label that is not there has an empty value. */
function parseGroup(series: unknown, label: string): Group | undefined {
  const name = readText(readField(readField(series, 'metric'), label)) ?? '';
  const values = readAll(readField(series, 'values'), parseValue);
  return values === undefined ? undefined : { name, values };
}

/** Seconds, with milliseconds behind the point, and the value as a text. */
function parseValue(pair: unknown): Group['values'][number] | undefined {
  const [seconds, text] = readList(pair) ?? [];
  const value = Number(text);
  if (typeof seconds !== 'number' || !Number.isFinite(value)) return undefined;
  return { timeMs: Math.round(seconds * 1_000), value };
}
