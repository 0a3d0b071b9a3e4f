import { writeToStderr } from '../shared/stderr.js';

/** Where a run says what it does; each text is one line. */
export interface Output {
  print: (line: string) => void;
  warn: (line: string) => void;
  /** Shows progress; undefined where there is no terminal. */
  terminal: NodeJS.WriteStream | undefined;
}

/** Results to stdout, all else to stderr. */
export const STANDARD_OUTPUT: Output = {
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  warn: (line) => {
    writeToStderr('warn', [`psusage: ${line}`]);
  },
  terminal: process.stderr.isTTY ? process.stderr : undefined,
};
