import type { Period, Span } from '../../shared/days.js';
import { MS_PER_DAY, QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { type Coverage, measureCoverage, selectRuns, averageVcpus } from './coverage.js';
import type { UserQuarters } from '../data/quarters.js';
import type { RecorderRun } from '../data/runs.js';
import {
  type AccountState,
  capCpuMs,
  type CreditMode,
  toCreditsPerHour,
  type Movement,
  netCpuMs,
  type Terms,
} from './account.js';
import { compareTexts, type OnlyUsers, type ReportedRun, type RowOrder } from './day.js';
import {
  addMovements,
  EMPTY,
  fullAccount,
  replay,
  type Replayed,
  splitIntoQuarters,
} from './replay.js';
import { redactUsers, type RenamedUser, renamedUsers, sharedNames } from './users.js';

/** One account in the asked days. */
export interface LedgerAccount extends Replayed {
  terms: Terms;
  /** By how much the net at the end would be higher had the replay begun with a full balance. */
  startSpreadCpuMs: number;
}

export interface LedgerRow extends LedgerAccount {
  uid: number;
  name: string;
  /** Unique within the ledger: the name, with the uid behind it where two users share the name. */
  key: string;
}

/** The rows that `--top` leaves out, added up row by row. */
interface OtherAccounts extends Movement {
  rows: number;
  balanceCpuMs: number;
  surplusCpuMs: number;
}

/** The credits of one host and its users in the asked days, from its own journal. */
export interface Ledger {
  host: string;
  /** The users whose accounts these are; null where they are everybody's. */
  onlyUsers: OnlyUsers | null;
  period: Period;
  /** The end of the period, or now where that is earlier: the balances are those of this moment. */
  untilMs: number;
  /** Weighted by recorded time; null when nothing was recorded in the period and the days before. */
  vcpus: number | null;
  mode: CreditMode;
  /** Of one vCPU. */
  baselinePercent: number;
  coverage: Coverage;
  /** Uids with several accounts. */
  renamed: RenamedUser[];
  /** In order. */
  runs: ReportedRun[];
  /** From when on accounts were kept; all began with nothing. */
  replayedFromMs: number;
  /** How much of the replayed time was not recorded: credits were earned, nothing was seen spent. */
  unknownMs: number;
  rows: LedgerRow[];
  others: OtherAccounts | null;
  /** Null where the vCPUs are not known, and where the ledger is of some users alone. */
  hostAccount: LedgerAccount | null;
}

/** What went beyond an account: withheld in standard mode, charged in unlimited mode. */
export function overCpuMs({ withheldCpuMs, chargedCpuMs }: Movement): number {
  return withheldCpuMs + chargedCpuMs;
}

/**
 * How long before the asked days accounts begin to be kept. A balance forgets what it began with as
 * soon as it is full or used up, and a day without spending fills it.
 */
const DAYS_BEFORE = 7;

/** What the journal holds of the asked days and those before. */
export interface RecordedCredits {
  /** Those that may have taken samples since the replay begins. */
  runs: RecorderRun[];
  users: UserQuarters[];
}

export interface LedgerOptions {
  /** Where the journal does not name it. */
  host: string;
  /** Of one vCPU, for each user; of all vCPUs for the host. */
  baselinePercent: number;
  mode: CreditMode;
  sort: RowOrder;
  onlyUsers: OnlyUsers | null;
  /** How many rows are shown; undefined for all. */
  top: number | undefined;
  period: Period;
  nowMs: number;
  /** From `replayedFrom`. */
  replayedFromMs: number;
}

/** The lengths of the quarter-hours that are replayed, in milliseconds. */
interface Replay {
  before: number[];
  asked: number[];
}

/** Seven days before the period, or the first sample where that is later. */
export function replayedFrom(period: Period, firstRecordedMs: number): number {
  return Math.max(period.fromMs - DAYS_BEFORE * MS_PER_DAY, firstRecordedMs);
}

/** The ledger of a period. Pure: the same records and the same options give the same ledger. */
export function summariseLedger(recorded: RecordedCredits, options: LedgerOptions): Ledger {
  const { period, nowMs, replayedFromMs, mode, baselinePercent, onlyUsers } = options;
  const runs = selectRuns(recorded.runs, period, nowMs);
  const coverage = measureCoverage(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.elapsedMs;
  const replayed: Span = { fromMs: replayedFromMs, toMs: period.toMs };
  const whole = measureCoverage(recorded.runs, replayed, nowMs);
  const vcpus = averageVcpus(runs, period, nowMs) ?? averageVcpus(recorded.runs, replayed, nowMs);
  const terms = (cpus: number): Terms => ({
    mode,
    creditsPerHour: toCreditsPerHour(baselinePercent, cpus),
  });
  const time: Replay = {
    before: splitIntoQuarters({ fromMs: replayedFromMs, toMs: period.fromMs }),
    asked: splitIntoQuarters({ fromMs: Math.max(period.fromMs, replayedFromMs), toMs: untilMs }),
  };
  return {
    host: runs.at(-1)?.host ?? options.host,
    onlyUsers,
    period,
    untilMs,
    vcpus,
    mode,
    baselinePercent,
    coverage,
    runs: onlyUsers?.isPrivate === true ? redactUsers(runs, onlyUsers.rows) : runs,
    replayedFromMs,
    unknownMs: whole.elapsedMs - whole.recordedMs,
    ...toRows(recorded.users, options, (user) => keepAccount([user], time, terms(1))),
    hostAccount:
      vcpus === null || onlyUsers !== null ? null : keepAccount(recorded.users, time, terms(vcpus)),
  };
}

/** The account of what these users spent together. */
function keepAccount(
  users: readonly UserQuarters[],
  { before, asked }: Replay,
  terms: Terms,
): LedgerAccount {
  const cpuMs = sumQuarters(users, before.length + asked.length);
  const askedCpuMs = cpuMs.subarray(before.length);
  const from = (start: AccountState): [before: Replayed, asked: Replayed] => {
    const begun = replay(start, before, cpuMs, terms);
    return [begun, replay(begun.end, asked, askedCpuMs, terms)];
  };
  const [begun, kept] = from(EMPTY);
  // Once an account is full it does not matter any more what it began with.
  const hasBeenFull = begun.lostCpuMs > 0 || kept.lostCpuMs > 0;
  const begunFull = hasBeenFull ? kept : from(fullAccount(terms))[1];
  return { ...kept, terms, startSpreadCpuMs: netCpuMs(begunFull.end) - netCpuMs(kept.end) };
}

function toRows(
  users: readonly UserQuarters[],
  { period, sort, top, onlyUsers, replayedFromMs }: LedgerOptions,
  account: (user: UserQuarters) => LedgerAccount,
): Pick<Ledger, 'rows' | 'others' | 'renamed'> {
  const askedFrom = (period.fromMs - startOfQuarter(replayedFromMs)) / QUARTER_HOUR_MS;
  const isSeen = ({ at }: UserQuarters) => (at.at(-1) ?? 0) >= askedFrom;
  const kept = users
    .map((user) => ({ user, account: account(user) }))
    .filter((each) => isSeen(each.user) || !isFull(each.account));
  const shared = sharedNames(kept.map(({ user }) => user));
  const rows = kept.map(({ user: { uid, name }, account }) => ({
    uid,
    name,
    key: shared.has(name) ? `${name} (${uid})` : name,
    ...account,
  }));
  const ranked = rows.sort(sort === 'left' ? byLeft : bySpent);
  const shown = ranked.slice(0, top ?? ranked.length);
  return {
    rows: sort === 'name' ? shown.sort(byName) : shown,
    others: sumOthers(ranked.slice(shown.length)),
    renamed: onlyUsers?.renamed ?? renamedUsers(kept.map(({ user }) => user)),
  };
}

function isFull({ end, terms }: LedgerAccount): boolean {
  return end.balanceCpuMs === capCpuMs(terms);
}

function sumOthers(rows: readonly LedgerRow[]): OtherAccounts | null {
  if (rows.length === 0) return null;
  return {
    rows: rows.length,
    balanceCpuMs: rows.reduce((sum, { end }) => sum + end.balanceCpuMs, 0),
    surplusCpuMs: rows.reduce((sum, { end }) => sum + end.surplusCpuMs, 0),
    ...addMovements(rows),
  };
}

/** What these users spent in each of the first quarter-hours. */
function sumQuarters(users: readonly UserQuarters[], length: number): Float64Array {
  const sums = new Float64Array(length);
  for (const { at, cpuMs } of users) {
    for (let next = 0; next < at.length; next += 1) {
      const quarter = at[next] ?? length;
      // What was recorded before a clock was set back may lie beyond now.
      if (quarter >= length) break;
      sums[quarter] = (sums[quarter] ?? 0) + (cpuMs[next] ?? 0);
    }
  }
  return sums;
}

function byName(a: LedgerRow, b: LedgerRow): number {
  return compareTexts(a.name, b.name) || a.uid - b.uid;
}

function bySpent(a: LedgerRow, b: LedgerRow): number {
  return b.spentCpuMs - a.spentCpuMs || byName(a, b);
}

function byLeft(a: LedgerRow, b: LedgerRow): number {
  return netCpuMs(a.end) - netCpuMs(b.end) || bySpent(a, b);
}
