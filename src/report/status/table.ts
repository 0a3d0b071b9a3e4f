import { calendarDayOf, wallClock } from '../../shared/days.js';
import { harmlessText } from '../../shared/harmless-text.js';
import { count, decimal, percentDown, plural } from '../../shared/numbers.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import { lengthMs } from '../data/spans.js';
import { coloursOf } from '../formats/colours.js';
import { formatDuration } from '../views/date-format.js';
import { precisionLines } from '../views/notes.js';
import { selectionInWords } from '../views/selection.js';
import { wrap } from '../formats/wrap.js';
import type { Terminal } from '../terminal.js';
import type { Facts } from './facts.js';
import type { Health } from './health.js';

const LABEL_COLUMNS = 12;

const BYTES_PER_MIB = 1_048_576;

/** The status for people, a line each; no line is wider than the terminal. */
export async function renderStatusTable(
  facts: Facts,
  { recording, problems }: Health,
  timeZone: string,
  terminal: Terminal,
): Promise<string> {
  const { bold, dim, red } = await coloursOf(terminal);
  const words = new Words(facts, timeZone);
  const rows: [string, string][] = [
    ['recording', recording ? words.recording() : `no, ${words.lastRun()}`],
    ['last sample', words.lastSample()],
    ['followed', plural(facts.openProcesses, 'process', 'processes')],
    ['coverage', words.coverage()],
    ['journal', words.journal()],
    ['shipping', words.shipping()],
    ['quarantine', words.quarantine()],
    ['psusage', words.ownCost()],
    ...words.precision().map((line): [string, string] => ['precision', line]),
  ];
  const verdict = problems.length === 0 ? 'healthy' : plural(problems.length, 'problem');
  const wrapped = (text: string) => wrap(text, terminal.columns);
  return [
    ...wrapped(`${harmlessText(facts.run?.host ?? 'this host')} · ${verdict}`).map(bold),
    ...problems.flatMap((problem) => wrapped(problem).map(red)),
    '',
    ...rows.flatMap(([label, text]) => {
      const lines = wrap(text, Math.max(1, terminal.columns - LABEL_COLUMNS));
      return lines.map((line, at) => dim((at === 0 ? label : '').padEnd(LABEL_COLUMNS)) + line);
    }),
    '',
  ].join('\n');
}

class Words {
  constructor(
    private readonly facts: Facts,
    private readonly timeZone: string,
  ) {}

  recording(): string {
    const { run } = this.facts;
    if (run === null) return '';
    const every = formatDuration(run.intervalMs);
    return `${selectionInWords(run)}, each ${every}, pid ${run.pid}, since ${this.#moment(run.startedMs)}`;
  }

  lastRun(): string {
    const { run } = this.facts;
    if (run === null) return 'never';
    const end = run.endReason ?? 'without an end';
    return `${selectionInWords(run)}, started ${this.#moment(run.startedMs)}, ${end}`;
  }

  lastSample(): string {
    const { run } = this.facts;
    if (run?.lastTickMs == null) return 'none';
    const ago =
      run.silentMs < MS_PER_SECOND ? 'just now' : `${formatDuration(secondsOf(run.silentMs))} ago`;
    return `${this.#moment(run.lastTickMs)}, ${ago}`;
  }

  coverage(): string {
    const { askedMs, recordedMs, gaps } = this.facts.coverage;
    if (askedMs === 0) return 'nothing recorded';
    const time = askedMs < MS_PER_DAY ? formatDuration(secondsOf(askedMs)) : '24 hours';
    const lost = gaps.length === 0 ? '' : ` of ${formatDuration(secondsOf(lengthMs(gaps)))} in all`;
    return `${percentDown(recordedMs, askedMs)} % of the last ${time}; ${plural(gaps.length, 'gap')}${lost}`;
  }

  journal(): string {
    const { journalBytes, bytesADay, creditRecords, prunedUntilMs } = this.facts;
    return [
      mebibytes(journalBytes),
      ...(bytesADay === null ? [] : [`grows by about ${mebibytes(bytesADay)} a day`]),
      plural(creditRecords, 'complete record'),
      ...(prunedUntilMs === null
        ? []
        : [`those of before ${calendarDayOf(prunedUntilMs, this.timeZone)} pruned`]),
    ].join(', ');
  }

  shipping(): string {
    const { destination, unshipped, acknowledgedMs } = this.facts.shipping;
    if (destination === null) return 'nothing was shipped from this journal yet';
    const waiting = unshipped === 0 ? 'nothing waits' : `${count(unshipped)} waiting`;
    const last = acknowledgedMs === null ? 'never' : this.#moment(acknowledgedMs);
    return `${waiting}, last acknowledged ${last} by ${harmlessText(destination)}`;
  }

  quarantine(): string {
    const { quarantined, refused } = this.facts.shipping;
    if (refused === null) return 'none';
    const words = harmlessText(refused.words);
    return `${plural(quarantined, 'record')}, the last refused ${this.#moment(refused.atMs)}: ${words}`;
  }

  precision(): string[] {
    const { run } = this.facts;
    return run === null ? [] : precisionLines([run]);
  }

  ownCost(): string {
    const { recorderCpuMs, coverage } = this.facts;
    return `${decimal((100 * recorderCpuMs) / Math.max(coverage.recordedMs, 1))} % of one vCPU`;
  }

  /** `2026-03-29 14:05:09` */
  #moment(ms: number): string {
    return wallClock(ms, this.timeZone).toISOString().slice(0, 19).replace('T', ' ');
  }
}

function mebibytes(bytes: number): string {
  return `${decimal(bytes / BYTES_PER_MIB)} MiB`;
}

function secondsOf(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND;
}
