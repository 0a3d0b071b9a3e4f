import { escape } from '@influxdata/influxdb-client';
import { sanitize } from '../../shared/sanitize.js';
import { cpuSeconds, credits, MS_PER_SECOND } from '../../shared/units.js';
import type { Series, RecordWithPoint } from './complete-record.js';

const MEASUREMENT = 'cpu_credit';

/** What a line has of names, escaped. */
export interface LineTexts {
  /** Measurement and tags; see `formatSeries`. */
  series: string;
  /** The field of the command with a comma behind it, see `formatCommand`; empty for a server that has no texts. */
  command: string;
}

/**
 * A point in InfluxDB's line protocol, with a timestamp in milliseconds: the same bytes for the same record,
 * each time.
 */
export function formatLine(record: RecordWithPoint, { series, command }: LineTexts): string {
  const { pid, fromMs, toMs, cpuMs, ended, unseen, timestampMs } = record;
  const durationMs = toMs - fromMs;
  return (
    `${series} ${command}cpu_percent=${(100 * cpuMs) / durationMs},cpu_seconds=${cpuSeconds(cpuMs)}` +
    `,credits=${credits(cpuMs)},duration_seconds=${durationMs / MS_PER_SECOND},ended=${ended === 1}` +
    `,pid=${pid}i,unseen=${unseen === 1} ${timestampMs}`
  );
}

export function formatSeries({ host, program, user }: Series): string {
  const tags = `host=${escape.tag(host)},program=${escape.tag(program)},user=${escape.tag(user)}`;
  return `${MEASUREMENT},${tags}`;
}

export function formatCommand(command: string): string {
  return `command=${escape.quoted(toFieldText(command))},`;
}

/** Characters of a tag or a command; InfluxDB 1.x refuses a series whose tags are longer than 64 KiB in all. */
const MAX_CHARACTERS = 256;

/** A tag without a value can't be sent. */
const EMPTY = '(none)';

/**
 * A name as a tag's value: what line protocol can't hold is replaced. Control characters, line ends and
 * broken Unicode become U+FFFD, a backslash a slash, and what is longer than 256 characters ends in `…`.
 */
export function toTagText(name: string): string {
  const text = shorten(sanitize(name)).replaceAll('\\', '/').trim();
  return text === '' ? EMPTY : text;
}

/** A command as a string field, which may hold a backslash and be empty. */
export function toFieldText(command: string): string {
  return shorten(sanitize(command));
}

function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const characters = Array.from(text);
  if (characters.length <= MAX_CHARACTERS) return text;
  return `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}
