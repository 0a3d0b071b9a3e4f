import { fstatSync, openSync } from 'node:fs';
import { WriteStream } from 'node:tty';

/** Its file descriptor. */
const STDOUT = 1;

/** Where the report is shown. */
export interface Terminal {
  /** Characters in a line. */
  columns: number;
  colour: boolean;
}

const TTY_COLUMNS = 80;
const PIPE_COLUMNS = 100;

/** What is known of an output: the stream's own width, else `COLUMNS`, else that of a pager's terminal, else a usual one. */
export function toTerminal(
  stream: { isTTY?: boolean; columns?: number },
  env: { COLUMNS?: string | undefined; NO_COLOR?: string | undefined; TERM?: string | undefined },
  readPagerColumns: () => number | undefined = () => undefined,
): Terminal {
  const isTTY = stream.isTTY === true;
  return {
    columns:
      toWidth(stream.columns) ??
      toWidth(Number(env.COLUMNS)) ??
      (isTTY ? TTY_COLUMNS : (toWidth(readPagerColumns()) ?? PIPE_COLUMNS)),
    colour: isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}

/**
 * The width of the terminal that this process belongs to, where its stdout is a pipe, such as to a pager: undefined
 * for a file, and where there is no terminal, as in a cron job.
 */
export function readPagerColumns(): number | undefined {
  let terminal: WriteStream | undefined;
  try {
    if (!fstatSync(STDOUT).isFIFO()) return undefined;
    terminal = new WriteStream(openSync('/dev/tty', 'r+'));
    return terminal.columns;
  } catch {
    return undefined;
  } finally {
    terminal?.destroy();
  }
}

/** Some terminals say that they are 0 columns wide. */
function toWidth(columns: number | undefined): number | undefined {
  return columns !== undefined && Number.isInteger(columns) && columns > 0 ? columns : undefined;
}
