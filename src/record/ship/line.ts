import { escape } from '@influxdata/influxdb-client';
import type Database from 'better-sqlite3';
import { sanitize } from '../../shared/sanitize.js';
import type { ServerKind } from '../../shared/influx/connection.js';
import { BoundedCache } from '../../shared/bounded-cache.js';
import { LineWriter } from './line-writer.js';
import type { Point, Series } from './points.js';

const MEASUREMENT = 'cpu_credit';

/** Measurement and tags, with the space behind them. */
export function formatSeries({ host, program, user }: Series): string {
  const tags = `host=${escape.tag(host)},program=${escape.tag(program)},user=${escape.tag(user)}`;
  return `${MEASUREMENT},${tags} `;
}

/** The field of the command, with the comma behind it. */
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

/** Turns points into lines, with names looked up in the journal once each. */
export class Lines {
  readonly #writer = new LineWriter();
  readonly #series: BoundedCache<number, Buffer>;
  readonly #commands: BoundedCache<number, Buffer>;

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
      return Buffer.from(formatSeries(series));
    });
    this.#commands = new BoundedCache((id) =>
      Buffer.from(server === 'influxdb' ? formatCommand(findName.get(id) ?? '') : ''),
    );
  }

  /** One line each, without the end of the last. */
  format(points: readonly Point[]): string {
    for (const point of points) {
      const series = this.#series.get(point.seriesId);
      const command = this.#commands.get(point.record.commandId);
      this.#writer.add(point, { series, command });
    }
    return this.#writer.take();
  }
}
