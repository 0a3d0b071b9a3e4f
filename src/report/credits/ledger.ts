import type { Period } from '../../shared/days.js';
import type { Coverage } from '../data/coverage.js';
import type { RenamedUser } from '../renamed-users.js';
import type { ReportedRun } from '../report.js';
import type { CreditMode, Movement, Terms } from './account.js';
import type { Replayed } from './replay.js';

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
export interface OtherAccounts extends Movement {
  rows: number;
  balanceCpuMs: number;
  surplusCpuMs: number;
}

/** The credits of one host and its users in the asked days, from its own journal. */
export interface Ledger {
  host: string;
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
  /** Null where the vCPUs are not known. */
  hostAccount: LedgerAccount | null;
}

/** What went beyond an account: withheld in standard mode, charged in unlimited mode. */
export function overCpuMs({ withheldCpuMs, chargedCpuMs }: Movement): number {
  return withheldCpuMs + chargedCpuMs;
}
