import type { Facts, LastRun } from '../../src/report/status/facts.js';
import { judgeHealth } from '../../src/report/status/health.js';
import { toJson } from '../../src/report/formats/json.js';
import { statusView } from '../../src/report/views/status.js';
import type { View } from '../../src/report/view.js';
import { MS_PER_DAY } from '../../src/shared/units.js';

export const NOW_MS = Date.UTC(2026, 2, 29, 12);

export const RUN: LastRun = {
  ...{ host: 'web1', programs: ['php-fpm'], unmatched: [], users: [], forks: true, pid: 4_321 },
  ...{ visibility: 'all', precision: 'cuu', areAgesKnown: true, areUsersUnmapped: false },
  ...{ intervalMs: 1_000, startedMs: NOW_MS - 3 * MS_PER_DAY, lastTickMs: NOW_MS - 3_000 },
  ...{ endedMs: null, endReason: null, silentMs: 3_000, isThere: true },
};

export const SHIPPING: Facts['shipping'] = {
  ...{ destination: 'http://localhost:8086 database psusage', unshipped: 12 },
  ...{ acknowledgedMs: NOW_MS - 60_000, quarantined: 0, refused: null },
  attempt: {
    ...{ startedMs: NOW_MS - 60_000, destination: 'http://localhost:8086 database psusage' },
    ...{ succeededMs: NOW_MS - 59_000, failingSinceMs: null, words: null },
  },
};

/** A journal of which every attempt to ship it failed. */
export const NEVER_SHIPPED: Facts['shipping'] = {
  ...SHIPPING,
  ...{ destination: null, acknowledgedMs: null },
  attempt: {
    ...{ startedMs: NOW_MS - 60_000, destination: 'http://localhost:8086 database psusage' },
    ...{ succeededMs: null, failingSinceMs: NOW_MS - 3 * MS_PER_DAY },
    words: 'connect ECONNREFUSED 127.0.0.1:8086',
  },
};

export const WELL: Facts = {
  nowMs: NOW_MS,
  run: RUN,
  openProcesses: 84,
  creditRecords: 123_456,
  coverage: {
    elapsedMs: MS_PER_DAY,
    recordedMs: MS_PER_DAY - 52_000,
    gaps: [{ fromMs: NOW_MS - 3_600_000, toMs: NOW_MS - 3_548_000 }],
    complete: false,
  },
  recorderCpuMs: 350_000,
  journalBytes: 18_874_368,
  bytesADay: 1_300_000,
  prunedUntilMs: NOW_MS - 90 * MS_PER_DAY,
  shipping: SHIPPING,
};

const REFUSED: Facts['shipping'] = {
  ...SHIPPING,
  acknowledgedMs: NOW_MS - 2 * MS_PER_DAY,
  quarantined: 3,
  refused: { atMs: NOW_MS - 60_000, words: 'points beyond retention policy dropped=1' },
};

const ILL: Facts = {
  ...WELL,
  run: { ...RUN, isThere: false },
  coverage: { ...WELL.coverage, recordedMs: MS_PER_DAY / 2 },
  shipping: REFUSED,
};

/** What is known of a journal in which nothing has been recorded yet. */
export const NEW: Facts = {
  ...WELL,
  ...{ run: null, openProcesses: 0, creditRecords: 0, recorderCpuMs: 0, bytesADay: null },
  coverage: { elapsedMs: 0, recordedMs: 0, gaps: [], complete: false },
  prunedUntilMs: null,
  shipping: { ...SHIPPING, destination: null, unshipped: 0, acknowledgedMs: null, attempt: null },
};

const UNMATCHED: Facts = {
  ...WELL,
  run: {
    ...RUN,
    programs: ['php-fpm', 'mysqld'],
    unmatched: [{ program: 'mysqld', near: ['mariadbd'] }],
  },
};

const STOPPED: Facts = {
  ...WELL,
  run: { ...RUN, users: ['foo_com'], endedMs: NOW_MS - 1_000, endReason: 'stopped' },
};

export function statusOf(facts: Facts): View {
  return statusView({ facts, health: judgeHealth(facts, 'UTC') }, 'UTC');
}

/** The status as JSON. */
export function statusDocument(facts: Facts): object {
  return JSON.parse(toJson(statusOf(facts))) as object;
}

/** Every kind of state, by its name. */
export const STATES: Record<string, Facts> = {
  'all is well': WELL,
  'a recorder that is gone, and a server that refuses': ILL,
  'a program that nothing matches': UNMATCHED,
  'a recorder that was stopped': STOPPED,
  'a server that was never reached': { ...WELL, shipping: NEVER_SHIPPED },
  'a journal in which nothing was recorded': NEW,
};
