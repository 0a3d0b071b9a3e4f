import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { changingProcesses } from './changing-processes.js';
import { SimulatedRecording } from './simulated-recording.js';

const INTERVAL_MS = 1_000;
const FIRST_SAMPLE_MS = 100_000;

/** The write-ahead log's size at its largest, in bytes. */
export interface WalGrowth {
  readonly withoutReaderBytes: number;
  /** While one transaction reads all the time. */
  readonly withReaderBytes: number;
  /** At the end, when that reader has been gone for a while. */
  readonly afterReaderBytes: number;
}

/** Records so many changing processes, for `ticks` without a reader, with one, and without again. */
export function measureWalGrowth(processes: number, ticks: number): WalGrowth {
  const path = join(temporaryFolder(), 'psusage.db');
  const recording = new SimulatedRecording(path);
  const lives = changingProcesses(processes);
  let bootMs = FIRST_SAMPLE_MS;
  const recordAndWatch = (): { largest: number; last: number } => {
    const sizes = Array.from({ length: ticks }, () => {
      recording.tick(lives, (bootMs += INTERVAL_MS));
      return statSync(`${path}-wal`).size;
    });
    return { largest: Math.max(...sizes), last: sizes.at(-1) ?? 0 };
  };
  const without = recordAndWatch();
  const reader = openJournalReadOnly(path);
  reader.exec('BEGIN; SELECT count(*) FROM credit');
  const during = recordAndWatch();
  reader.close();
  const after = recordAndWatch();
  recording.end();
  return {
    withoutReaderBytes: without.largest,
    withReaderBytes: during.largest,
    afterReaderBytes: after.last,
  };
}
