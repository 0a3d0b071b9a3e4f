import type { Coverage } from '../models/coverage.js';
import type { RecorderRun } from '../data/runs.js';

/** A name on the recorder’s command line, and names of programs that come close. */
export interface UnmatchedProgram {
  program: string;
  near: string[];
}

/** The last start of the recorder, also where no sample has come from it yet. */
export interface LastRun extends Pick<
  RecorderRun,
  | 'host'
  | 'programs'
  | 'users'
  | 'forks'
  | 'visibility'
  | 'precision'
  | 'areAgesKnown'
  | 'areUsersUnmapped'
> {
  pid: number;
  /** Names that no process had matched a minute after its start, and none has since. */
  unmatched: UnmatchedProgram[];
  intervalMs: number;
  startedMs: number;
  lastTickMs: number | null;
  endedMs: number | null;
  endReason: RecorderRun['endReason'];
  /** How long ago the last sample was, or the start where there is none; by the time since boot where that is known. */
  silentMs: number;
  /** A process has its pid now. */
  isThere: boolean;
}

/** What waits for a server, and what the last ones said. */
export interface Shipping {
  /** Where records went last; null where none ever did. */
  destination: string | null;
  /** Complete records that no server has acknowledged or refused. */
  unshipped: number;
  acknowledgedMs: number | null;
  quarantined: number;
  /** The last refusal, and the server's words. */
  refused: { atMs: number; words: string } | null;
  /** The last run of ship; null where it was never called. */
  attempt: Attempt | null;
}

export interface Attempt {
  startedMs: number;
  /** Where to; null where the configuration did not tell. */
  destination: string | null;
  /** The last that ended well. */
  succeededMs: number | null;
  /** The first of those that failed since; null where the last one that ended went well. */
  failingSinceMs: number | null;
  /** Why the last one failed; null where none fails. */
  words: string | null;
}

/** What is known of a journal at a moment. */
export interface Facts {
  nowMs: number;
  /** Null before the first start of the recorder. */
  run: LastRun | null;
  openProcesses: number;
  /** Complete ones. */
  creditRecords: number;
  /** Of the last 24 hours, or since the first recording. */
  coverage: Coverage;
  /** Of psusage itself in that time. */
  recorderCpuMs: number;
  /** With its log. */
  journalBytes: number;
  /** About; null before the first day is over. */
  bytesADay: number | null;
  /** Up to when single records were pruned. */
  prunedUntilMs: number | null;
  shipping: Shipping;
}
