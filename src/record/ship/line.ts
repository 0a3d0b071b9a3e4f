import { escape } from '@influxdata/influxdb-client';
import { cpuSeconds, credits, MS_PER_SECOND } from '../../shared/units.js';
import type { Series, SettledRecord } from './record.js';
import { fieldText } from './texts.js';

/**
 * The form that new points get. A point keeps the form it was first sent in: another one would be another
 * point, so a change here needs a new number, with the old form still written for the old.
 */
export const SERIALISER = 1;

const MEASUREMENT = 'cpu_credit';

/** What a line has of names, escaped. */
export interface LineTexts {
  /** Measurement and tags; see `seriesText`. */
  series: string;
  /** The field of the command with a comma behind it, see `commandField`; empty for a server that has no texts. */
  command: string;
}

/**
 * A point in InfluxDB's line protocol, with a timestamp in milliseconds: the same bytes for the same record,
 * each time.
 */
export function lineOf(record: SettledRecord, { series, command }: LineTexts): string {
  const { pid, fromMs, toMs, cpuMs, ended, unseen, timestampMs } = record;
  const durationMs = toMs - fromMs;
  return (
    `${series} ${command}cpu_percent=${(100 * cpuMs) / durationMs},cpu_seconds=${cpuSeconds(cpuMs)}` +
    `,credits=${credits(cpuMs)},duration_seconds=${durationMs / MS_PER_SECOND},ended=${ended === 1}` +
    `,pid=${pid}i,unseen=${unseen === 1} ${timestampMs}`
  );
}

export function seriesText({ host, program, user }: Series): string {
  const tags = `host=${escape.tag(host)},program=${escape.tag(program)},user=${escape.tag(user)}`;
  return `${MEASUREMENT},${tags}`;
}

export function commandField(command: string): string {
  return `command=${escape.quoted(fieldText(command))},`;
}
