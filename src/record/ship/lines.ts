import type Database from 'better-sqlite3';
import type { ServerKind } from '../../shared/influx/connection.js';
import { PsusageError } from '../../shared/errors.js';
import { formatCommand, formatLine, formatSeries } from './line.js';
import type { Point } from './points.js';
import { type Series, SERIALISER, type RecordWithPoint } from './complete-record.js';
import { BoundedCache } from '../../shared/bounded-cache.js';

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
  toPoint(record: RecordWithPoint): Point {
    if (record.serialiser !== SERIALISER) {
      throw new PsusageError(
        'SERIALISER',
        'a newer version of psusage has shipped from this journal',
        {
          hint: 'update psusage on this machine',
        },
      );
    }
    const series = this.#series.get(record.seriesId);
    const command = this.#commands.get(record.commandId);
    return { pointId: record.pointId, line: formatLine(record, { series, command }) };
  }
}
