import { count, percentOf, plural, rounded, upToHundredths } from '../../shared/numbers.js';
import { credits, MS_PER_SECOND } from '../../shared/units.js';
import {
  type AccountState,
  capCpuMs,
  type CreditMode,
  HOURS_OF_CAP,
  type Movement,
} from '../models/account.js';
import { type Ledger, type LedgerAccount, type LedgerRow, overCpuMs } from '../models/ledger.js';
import {
  type Column,
  toDocument,
  type DocumentType,
  field,
  type Line,
  list,
  objectOrNull,
  bindField,
  type Screen,
  type Table,
  type View,
} from '../view.js';
import { isWholeHost } from '../data/runs.js';
import { formatDuration, formatMoment } from './date-format.js';
import {
  COVERAGE,
  DAYS,
  FROM,
  HOST,
  OTHERS_COUNT,
  RENAMED_USERS,
  TIME_ZONE,
  TO,
  UID,
  UNTIL,
  USER,
  VCPUS,
  wholeHost,
  toHostSheet,
} from './facts.js';
import { formatHeading } from './heading.js';
import { ONLY_USER, ONLY_USERS } from './report-facts.js';
import { coverageLine, nothingRecordedNote, recordingNotes, renamedNote } from './notes.js';

/** A user, all users that `--top` leaves out, or the host. */
interface Row extends Line {
  name: string;
  uid?: number;
  /** How many users it stands for. */
  rows: number;
  movement: Movement;
  end: AccountState;
  /** Undefined where several accounts are added up: they have no rate, cap or lowest balance in common. */
  account?: LedgerAccount;
}

function inCredits(name: string, value: (row: Row) => number | undefined, about: string) {
  return field<Row>(`${name}Credits`, 'credits', value, about);
}

const RATE = field<Row>(
  'creditsPerHour',
  'number',
  ({ account }) => account?.terms.creditsPerHour,
  'Credits that the account earns in an hour.',
);
const CAP = inCredits(
  'cap',
  ({ account }) => account && capCpuMs(account.terms),
  'The most that a balance can be: what 24 hours earn.',
);
const EARNED = inCredits('earned', ({ movement }) => movement.earnedCpuMs, 'Credits earned.');
const SPENT = inCredits(
  'spent',
  ({ movement }) => movement.spentCpuMs,
  'Credits used, whether they would have been available or not.',
);
const LOST = inCredits(
  'lost',
  ({ movement }) => movement.lostCpuMs,
  'Credits earned while the balance was full.',
);
const BALANCE = inCredits('balance', ({ end }) => end.balanceCpuMs, 'Credits saved, at until.');
const SURPLUS = inCredits(
  'surplus',
  ({ end }) => end.surplusCpuMs,
  'Credits spent before they are earned, at until; 0 in standard mode.',
);
const WITHHELD = inCredits(
  'withheld',
  ({ movement }) => movement.withheldCpuMs,
  'Credits used beyond the balance; 0 in unlimited mode.',
);
const THROTTLED = field<Row>(
  'throttledSeconds',
  'duration',
  ({ movement }) => movement.throttledMs,
  'Seconds for which it would have been limited to its baseline; 0 in unlimited mode.',
);
const CHARGED = inCredits(
  'charged',
  ({ movement }) => movement.chargedCpuMs,
  'Credits spent beyond what 24 hours earn, which AWS charges for; 0 in standard mode.',
);
const LOWEST = inCredits(
  'lowestBalance',
  ({ account }) => account?.lowestBalanceCpuMs,
  'The lowest balance in the period.',
);
const START_SPREAD = inCredits(
  'startSpread',
  ({ account }) => account?.startSpreadCpuMs,
  'How much higher balance less surplus would be if the account had started full.',
);

const MOVEMENT = [EARNED, SPENT, LOST, BALANCE, SURPLUS, WITHHELD, THROTTLED, CHARGED];
const ACCOUNT = [RATE, CAP, ...MOVEMENT, LOWEST, START_SPREAD];

const MODE = field<Ledger>(
  'mode',
  'text',
  ({ mode }) => mode,
  'What happens without credits left: standard limits to the baseline, unlimited charges.',
  { options: ['standard', 'unlimited'] },
);

export const LEDGER: DocumentType<Ledger> = {
  view: 'ledger',
  command: 'psusage report --ledger --format json',
  about: 'An account of credits for each user and for the host, as burstable instances have them.',
  members: [
    ...[HOST, ONLY_USER, ONLY_USERS, FROM, TO, UNTIL, TIME_ZONE, DAYS],
    {
      ...VCPUS,
      about:
        'vCPUs of the host, weighted by recorded time; those of the days before where nothing was recorded in the period. Null where nothing was recorded at all.',
    },
    MODE,
    field<Ledger>(
      'baselinePercent',
      'percent',
      ({ baselinePercent }) => baselinePercent,
      'What a user earns, in percent of one vCPU; the host earns it for each vCPU.',
    ),
    field<Ledger>(
      'replayedFrom',
      'moment',
      ({ replayedFromMs }) => replayedFromMs,
      'When the accounts start, empty: seven days before the period, or at the first sample.',
    ),
    field<Ledger>(
      'unknownSeconds',
      'duration',
      ({ unknownMs }) => unknownMs,
      'Seconds since then that were not recorded: credits were earned, spending is unknown.',
    ),
    ...[COVERAGE, RENAMED_USERS, wholeHost('the host has spent more')],
    list(
      'users',
      'Users who spent in the period, or whose balance is not full.',
      [USER, UID, ...ACCOUNT],
      ({ rows }: Ledger) => rows.map(userRow),
    ),
    objectOrNull(
      'others',
      'The sum of the accounts that --top leaves out; null where there are none.',
      [OTHERS_COUNT, ...MOVEMENT],
      othersRow,
    ),
    objectOrNull(
      'hostAccount',
      'The host’s own account, of all that was spent; no sum of the others. Null as vcpus, and where the accounts are of some users alone.',
      ACCOUNT,
      hostRow,
    ),
  ],
};

/** The credits of each user, those of users that `--top` leaves out in one, and of the host, which is no sum. */
export function ledgerView(ledger: Ledger): View {
  const fields = [USER, UID, bindField(MODE, ledger), ...ACCOUNT];
  return {
    timeZone: ledger.period.timeZone,
    document: toDocument(LEDGER, ledger),
    sheet: toHostSheet(ledger, fields, toRows(ledger)),
    screen: () => toScreen(ledger),
  };
}

function toRows(ledger: Ledger): Row[] {
  const [others, host] = [othersRow(ledger), hostRow(ledger)];
  return [...ledger.rows.map(userRow), ...(others ? [others] : []), ...(host ? [host] : [])];
}

function userRow(user: LedgerRow): Row {
  const { key: label, name, uid, end } = user;
  return { kind: 'row', label, name, uid, rows: 1, movement: user, end, account: user };
}

function othersRow({ others }: Ledger): Row | null {
  if (others === null) return null;
  const { rows } = others;
  const label = `(others: ${count(rows)})`;
  return { kind: 'others', label, name: '(others)', rows, movement: others, end: others };
}

function hostRow({ hostAccount: account }: Ledger): Row | null {
  if (account === null) return null;
  const { end } = account;
  return { kind: 'total', label: 'host', name: '(host)', rows: 1, movement: account, end, account };
}

export function ledgerTable(ledger: Ledger): Table<Row> {
  const isAlarming = ({ movement }: Row) => overCpuMs(movement) > 0;
  const over = ({ movement }: Row) => overCpuMs(movement);
  const ofCap = ({ account, end }: Row) =>
    account && percentOf(end.balanceCpuMs, capCpuMs(account.terms));
  const subtitle = 'credits';
  const ofMode: Column<Row> =
    ledger.mode === 'standard'
      ? { ...THROTTLED, title: 'throttled', subtitle: 'h:m:s', rank: 1, isAlarming }
      : { ...SURPLUS, title: 'surplus', subtitle, rank: 1 };
  return {
    title: 'user',
    rows: toRows(ledger),
    columns: [
      { ...EARNED, title: 'earned', subtitle, rank: 3 },
      { ...SPENT, title: 'spent', subtitle, rank: 0 },
      { ...LOST, title: 'lost', subtitle, rank: 6 },
      { ...LOWEST, title: 'lowest', subtitle, rank: 4 },
      { ...BALANCE, title: 'balance', subtitle, rank: 0 },
      ofMode,
      { unit: 'credits', value: over, title: 'over', subtitle, rank: 0, isAlarming },
      { unit: 'percent', value: ofCap, title: 'of cap', rank: 0, drawing: 'bar' },
    ],
  };
}

function toScreen(ledger: Ledger): Screen {
  const { mode, baselinePercent, hostAccount, onlyUsers } = ledger;
  const terms = [`baseline ${upToHundredths(baselinePercent)} % of a vCPU`, `${mode} mode`];
  const rates = [
    `credits an hour: each user ${formatRate((baselinePercent * 60) / 100)}`,
    ...(hostAccount === null ? [] : [`host: ${formatRate(hostAccount.terms.creditsPerHour)}`]),
  ];
  const whose = onlyUsers === null ? [] : [`only ${onlyUsers.label}`];
  return {
    heading: [...formatHeading(ledger, whose, terms), rates],
    tables: [ledgerTable(ledger)],
    notes: toNotes(ledger),
  };
}

/** A rate with its cap: `12, at most 288`. */
function formatRate(creditsPerHour: number): string {
  return `${upToHundredths(creditsPerHour)}, at most ${upToHundredths(creditsPerHour * HOURS_OF_CAP)}`;
}

/** What the figures mean, where the accounts begin, and how much is known. */
function toNotes(ledger: Ledger): string[] {
  const { rows, coverage, period, mode, renamed, runs, onlyUsers } = ledger;
  if (rows.length === 0 && coverage.recordedMs === 0) {
    return [nothingRecordedNote(period), ...gapNote(ledger)];
  }
  return [
    ...(rows.length === 0 && onlyUsers !== null
      ? [nothingRecordedNote(period, `no process of ${onlyUsers.label}`)]
      : []),
    OVER[mode],
    startNote(ledger),
    coverageLine(ledger),
    ...gapNote(ledger),
    ...renamedNote(renamed, { onlyUsers }),
    ...recordingNotes(ledger),
    ...(isWholeHost(runs) || onlyUsers !== null
      ? []
      : ['only part of the host was recorded: the host spent more and has less left']),
  ];
}

const OVER: Record<CreditMode, string> = {
  standard: 'over: credits beyond the balance; throttled: time limited to the baseline',
  unlimited: 'over: credits beyond 24 hours of earnings, which are charged',
};

/** A hundredth of a credit: less is not shown. */
const LEAST_SPREAD_CPU_MS = 600;

function startNote({ replayedFromMs, period, rows, hostAccount }: Ledger): string {
  const begun = `accounts start at 0 on ${formatMoment(replayedFromMs, period.timeZone)}`;
  const spreads = [...rows, ...(hostAccount === null ? [] : [hostAccount])]
    .map(({ startSpreadCpuMs }) => startSpreadCpuMs)
    .filter((cpuMs) => cpuMs >= LEAST_SPREAD_CPU_MS);
  if (spreads.length === 0) return begun;
  const most = rounded(credits(Math.max(...spreads)));
  return `${begun}; started full, ${plural(spreads.length, 'account')} would now have up to ${most} more`;
}

/** Time passes in a gap, and earns; only what was spent is not known. */
function gapNote({ unknownMs }: Ledger): string[] {
  if (unknownMs < MS_PER_SECOND) return [];
  return [
    `${formatDuration(unknownMs)} since then not recorded: credits were earned, spending is unknown`,
  ];
}
