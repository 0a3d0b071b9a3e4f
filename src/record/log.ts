import { type DestinationStream, type Logger, pino } from 'pino';
import { sanitize } from '../shared/sanitize.js';

export type Log = Logger;

const LEVEL_NAMES: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** Fields of every line that are not shown to a person. */
const HIDDEN_FIELDS = new Set(['level', 'time', 'msg']);

/**
 * Logs one JSON object a line for a service manager's journal, or plain lines for a person.
 *
 * @param write takes whole lines
 */
export function createLog(options: {
  level: string;
  forPerson: boolean;
  write: (line: string) => void;
}): Log {
  const destination: DestinationStream = {
    write: (line) => {
      options.write(options.forPerson ? plainLine(line) : line);
    },
  };
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}

function plainLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const time = new Date(String(entry['time'])).toTimeString().slice(0, 8);
  const level = LEVEL_NAMES[Number(entry['level'])] ?? '';
  const fields = Object.entries(entry)
    .filter(([key]) => !HIDDEN_FIELDS.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${sanitize([time, level.padEnd(5), String(entry['msg']), ...fields].join(' '))}\n`;
}
