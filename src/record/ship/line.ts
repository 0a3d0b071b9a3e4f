import { escape } from '@influxdata/influxdb-client';
import type Database from 'better-sqlite3';
import { sanitize } from '../../shared/sanitize.js';
import { cpuSeconds, credits, MS_PER_SECOND } from '../../shared/units.js';
import type { ServerKind } from '../../shared/influx/connection.js';
import { PsusageError } from '../../shared/errors.js';
import { BoundedCache } from '../../shared/bounded-cache.js';
import { type Point, type RecordWithPoint, SERIALISER, type Series } from './points.js';

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
export function formatLine(
  { record, timestampMs }: RecordWithPoint,
  { series, command }: LineTexts,
): string {
  const { pid, fromMs, toMs, cpuMs, ended, unseen } = record;
  const durationMs = toMs - fromMs;
  // Joined: what is put together with + is a tree of its parts until somebody reads it, three times as large.
  return [
    `${series} ${command}cpu_percent=`,
    (100 * cpuMs) / durationMs,
    ',cpu_seconds=',
    cpuSeconds(cpuMs),
    ',credits=',
    credits(cpuMs),
    ',duration_seconds=',
    durationMs / MS_PER_SECOND,
    ended === 1 ? ',ended=true,pid=' : ',ended=false,pid=',
    pid,
    unseen === 1 ? 'i,unseen=true ' : 'i,unseen=false ',
    timestampMs,
  ].join('');
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

/** Turns records into lines, with names looked up in the journal once each. */
export class Lines {
  readonly #series: BoundedCache<number, string>;
  readonly #commands: BoundedCache<number, string>;

  /**
   * @param server VictoriaMetrics has no texts: it gets no command
   * @param newSeries series that are not in the journal
   */
  constructor(
    db: Database.Database,
    server: ServerKind,
    newSeries: (id: number) => Series | undefined = () => undefined,
  ) {
    const findSeries = db.prepare<[number], Series>(
      'SELECT host, program, user FROM series WHERE series_id = ?',
    );
    const findName = db
      .prepare<[number], string>('SELECT name FROM name WHERE name_id = ?')
      .pluck();
    this.#series = new BoundedCache((id) => {
      const series = findSeries.get(id) ?? newSeries(id);
      if (series === undefined) throw new Error(`the journal has no series ${id}`);
      return formatSeries(series);
    });
    this.#commands = new BoundedCache((id) =>
      server === 'influxdb' ? formatCommand(findName.get(id) ?? '') : '',
    );
  }

  /** @throws PsusageError SERIALISER for a point of a newer psusage */
  toPoint(point: RecordWithPoint): Point {
    if (point.serialiser !== SERIALISER) {
      throw new PsusageError(
        'SERIALISER',
        'a newer version of psusage has shipped from this journal',
        {
          hint: 'update psusage on this machine',
        },
      );
    }
    const series = this.#series.get(point.seriesId);
    const command = this.#commands.get(point.record.commandId);
    return { pointId: point.pointId, line: formatLine(point, { series, command }) };
  }
}
