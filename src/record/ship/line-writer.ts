import { credits, MS_PER_SECOND } from '../../shared/units.js';
import type { Point } from './points.js';

/** What a line has of names, escaped; see `formatSeries` and `formatCommand`. */
export interface LineNames {
  series: Buffer;
  /** Empty for a server that has no texts. */
  command: Buffer;
}

const CPU_PERCENT = Buffer.from('cpu_percent=');
const CPU_SECONDS = Buffer.from(',cpu_seconds=');
const CREDITS = Buffer.from(',credits=');
const DURATION_SECONDS = Buffer.from(',duration_seconds=');
const STILL_THERE = Buffer.from(',ended=false,pid=');
const ENDED = Buffer.from(',ended=true,pid=');
const SEEN = Buffer.from('i,unseen=false ');
const UNSEEN = Buffer.from('i,unseen=true ');

const ZERO = '0'.charCodeAt(0);
const DECIMAL_POINT = '.'.charCodeAt(0);
const LINE_END = '\n'.charCodeAt(0);

const FIRST_SIZE_BYTES = 64 * 1024;

/** What a line has beside names takes less. */
const MAX_FIELDS_BYTES = 256;

/**
 * Writes points in InfluxDB's line protocol, with timestamps in milliseconds: the same bytes for the same record, each
 * time. Into one buffer: strings for each line and its parts would be collected as garbage for half as long again.
 */
export class LineWriter {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE_BYTES);
  #length = 0;

  add({ record, timestampMs }: Point, { series, command }: LineNames): void {
    const { pid, fromMs, toMs, cpuMs, ended, unseen } = record;
    const durationMs = toMs - fromMs;
    this.#makeRoom(series.length + command.length + MAX_FIELDS_BYTES);
    this.#copy(series);
    this.#copy(command);
    this.#copy(CPU_PERCENT);
    this.#writeNumber((100 * cpuMs) / durationMs);
    this.#copy(CPU_SECONDS);
    this.#writeSeconds(cpuMs);
    this.#copy(CREDITS);
    this.#writeNumber(credits(cpuMs));
    this.#copy(DURATION_SECONDS);
    this.#writeSeconds(durationMs);
    this.#copy(ended === 1 ? ENDED : STILL_THERE);
    this.#writeInteger(pid);
    this.#copy(unseen === 1 ? UNSEEN : SEEN);
    this.#writeInteger(timestampMs);
    this.#bytes[this.#length++] = LINE_END;
  }

  /** The lines since the last call, without the end of the last one. */
  take(): string {
    const text = this.#bytes.toString('utf8', 0, Math.max(0, this.#length - 1));
    this.#length = 0;
    return text;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  #copy(bytes: Buffer): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #writeNumber(value: number): void {
    const text = String(value);
    for (let at = 0; at < text.length; at += 1) {
      this.#bytes[this.#length++] = text.charCodeAt(at);
    }
  }

  /** Milliseconds as seconds, in as few digits as `String` would write. */
  #writeSeconds(ms: number): void {
    this.#writeInteger(Math.floor(ms / MS_PER_SECOND));
    let rest = ms % MS_PER_SECOND;
    if (rest > 0) this.#bytes[this.#length++] = DECIMAL_POINT;
    for (let unit = MS_PER_SECOND / 10; rest > 0; unit /= 10) {
      this.#bytes[this.#length++] = ZERO + Math.floor(rest / unit);
      rest %= unit;
    }
  }

  #writeInteger(value: number): void {
    if (value < 0) {
      this.#writeNumber(value);
      return;
    }
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
    const end = this.#length + digits;
    for (let at = end - 1, rest = value; at >= this.#length; at -= 1) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - 10 * tens;
      rest = tens;
    }
    this.#length = end;
  }
}
