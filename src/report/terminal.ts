/** Where the report is shown. */
export interface Terminal {
  /** Characters in a line. */
  columns: number;
  colour: boolean;
}

const TTY_COLUMNS = 80;
const PIPE_COLUMNS = 100;

/** What is known of an output: the stream's own width, else `COLUMNS`, else a usual one. */
export function toTerminal(
  stream: { isTTY?: boolean; columns?: number },
  env: { COLUMNS?: string | undefined; NO_COLOR?: string | undefined; TERM?: string | undefined },
): Terminal {
  const isTTY = stream.isTTY === true;
  const usual = isTTY ? TTY_COLUMNS : PIPE_COLUMNS;
  return {
    columns: toWidth(stream.columns) ?? toWidth(Number(env.COLUMNS)) ?? usual,
    colour: isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}

/** Some terminals say that they are 0 columns wide. */
function toWidth(columns: number | undefined): number | undefined {
  return columns !== undefined && Number.isInteger(columns) && columns > 0 ? columns : undefined;
}
