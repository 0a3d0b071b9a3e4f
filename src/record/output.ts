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

/** `2026-08-27T03:30:00Z` */
export function formatSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** So many batches are done before anybody has time to read. */
const WORTH_SHOWING_BATCHES = 3;

/** Shows how far a run has come. */
interface Progress {
  show: (done: number) => void;
  end: () => void;
}

const NOT_SHOWN: Progress = { show: () => undefined, end: () => undefined };

/** On a terminal and where there is much to do: a bar with rate and time left, which cron need not load. */
export async function showProgress(
  terminal: NodeJS.WriteStream | undefined,
  countRecords: () => number,
  batchSize: number,
): Promise<Progress> {
  const records = terminal === undefined ? 0 : countRecords();
  if (terminal === undefined || records < WORTH_SHOWING_BATCHES * batchSize) return NOT_SHOWN;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream: terminal,
    // No wider than 60 columns.
    format: '{bar} {percentage} % {value} of {total} {rate}/s {eta_formatted} left',
    barsize: 12,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
  });
  const startedMs = performance.now();
  bar.start(records, 0, { rate: 0 });
  return {
    show: (done) => {
      const seconds = Math.max((performance.now() - startedMs) / 1_000, 0.001);
      bar.update(done, { rate: Math.round(done / seconds) });
    },
    end: () => {
      bar.stop();
    },
  };
}
