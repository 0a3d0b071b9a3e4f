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
    process.stderr.write(`psusage: ${line}\n`);
  },
  terminal: process.stderr.isTTY ? process.stderr : undefined,
};
