import cliProgress from 'cli-progress';

/** So many batches are sent before anybody has time to read. */
const WORTH_SHOWING_BATCHES = 3;

/** Shows how far a run has come. */
export interface Progress {
  show: (done: number) => void;
  end: () => void;
}

/** On a terminal and where there is much to send: a bar with rate and time left. */
export function showProgress(
  terminal: NodeJS.WriteStream,
  records: number,
  batchSize: number,
): Progress {
  if (records < WORTH_SHOWING_BATCHES * batchSize) {
    return { show: () => undefined, end: () => undefined };
  }
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
