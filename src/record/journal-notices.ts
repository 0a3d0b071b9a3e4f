import type { JournalNotice } from './journal/kept-journal.js';
import type { Log } from './log.js';

/** Says what has happened to the journal's file, and what can be done about it. */
export function sayWhatBecameOfJournal(log: Log, journal: string, notice: JournalNotice): void {
  switch (notice.kind) {
    case 'set aside': {
      const { asidePath, why } = notice;
      const hint = `copy what can be read into the new one: psusage repair ${asidePath}`;
      log.error(
        { journal, asidePath, why, hint },
        'the journal is damaged; it was set aside, and recording goes on in a new one',
      );
      return;
    }
    case 'put back':
      log.error(
        { journal },
        'the journal was removed; it was put back whole, and recording goes on',
      );
      return;
    case 'log put back':
      log.error({ journal }, 'the journal’s -wal file was removed; nothing of it is lost');
      return;
  }
}
