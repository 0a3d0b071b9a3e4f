import { startOfToday, systemTimeZone } from '../shared/days.js';
import { asJournalError, JournalError } from '../shared/journal/errors.js';
import { credits, quarterOf } from '../shared/units.js';
import type { RecorderJournal } from './journal/recorder-journal.js';

/**
 * What was spent so far on the calendar day of `nowMs`, of everything in the journal. Undefined when
 * the journal can't be read: what is only looked at ends no recording, and the next write will tell.
 */
export function creditsToday(journal: RecorderJournal, nowMs: number): number | undefined {
  const todayMs = startOfToday(nowMs, systemTimeZone());
  try {
    const chargedMs = journal.chargedSinceMs(quarterOf(todayMs));
    return chargedMs === undefined ? undefined : credits(chargedMs);
  } catch (error) {
    if (asJournalError('cannot read', journal.path, error) instanceof JournalError) {
      return undefined;
    }
    throw error;
  }
}
