import { type DestinationStream, type Logger, pino } from 'pino';
import { sanitize } from '../shared/sanitize.js';
import { PRIORITY } from '../shared/stderr.js';

export type Log = Logger;

type Level = keyof typeof PRIORITY;

const LEVELS: Record<number, Level> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** Fields of every line that are not shown to a person. */
const HIDDEN_FIELDS = new Set(['level', 'time', 'msg']);

/** `text` has the time and the level in words, `systemd` the priority as systemd's journal reads it. */
export type LogStyle = 'json' | 'text' | 'systemd';

/** Where the log goes, and what was asked for. */
interface LogTarget {
  format: 'json' | 'text' | undefined;
  isTerminal: boolean;
  isSystemdJournal: boolean;
}

/** Text for people and for systemd's journal, JSON for whatever else reads it, unless something else is wanted. */
export function chooseLogStyle({ format, isTerminal, isSystemdJournal }: LogTarget): LogStyle {
  if (format === 'json') return 'json';
  if (isSystemdJournal) return 'systemd';
  return isTerminal || format === 'text' ? 'text' : 'json';
}

/**
 * Logs one JSON object a line, or a line of text.
 *
 * @param write takes whole lines
 */
export function createLog(options: {
  level: string;
  style: LogStyle;
  write: (line: string) => void;
}): Log {
  const format = FORMATS[options.style];
  const destination: DestinationStream = {
    write: (line) => {
      options.write(format(line));
    },
  };
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}

const FORMATS: Record<LogStyle, (line: string) => string> = {
  json: (line) => line,
  text: (line) => {
    const entry = parseEntry(line);
    const time = new Date(entry.time).toTimeString().slice(0, 8);
    return `${sanitize(`${time} ${entry.level.padEnd(5)} ${entry.text}`)}\n`;
  },
  systemd: (line) => {
    const { level, text } = parseEntry(line);
    return `${PRIORITY[level]}${sanitize(text)}\n`;
  },
};

function parseEntry(line: string): { time: string; level: Level; text: string } {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(entry)
    .filter(([key]) => !HIDDEN_FIELDS.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return {
    time: String(entry['time']),
    level: LEVELS[Number(entry['level'])] ?? 'error',
    text: [String(entry['msg']), ...fields].join(' '),
  };
}
