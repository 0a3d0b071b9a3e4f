import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../../shared/journal/pruned.js';
import { isCaller } from '../caller.js';
import type { ReportRequest } from '../make-report.js';
import { readOnlyUser } from '../only-user.js';
import { readHours } from '../data/hours.js';
import { readLifecycles } from '../data/lifecycles.js';
import { readLastRecordedMs } from '../data/runs.js';
import { askedPeriod, assertRecorded, readJournal } from '../data/journal.js';
import { readSummary } from '../read-summary.js';
import type { JournalReport } from '../report.js';
import type { Question } from '../summary.js';
import type { Terminal } from '../terminal.js';
import type { Drill, Lifecycles } from './drill.js';
import { lifecyclesOf } from './lifecycles.js';
import { dayParts, hourParts } from './parts.js';
import { prunedWithin } from './pruned.js';
import { renderDrill } from './render.js';

export type DrillRequest = Omit<ReportRequest, 'by' | 'check'> & { kind: Drill['kind'] };

/** Rows of a table, unless `--top` asks for more or fewer: where it is the only one, and where it is one of several. */
const TABLE_TOP = 20;
const TABLE_TOP_OF_SEVERAL = 10;

/** More processes than this are in one row in JSON and CSV too, unless `--top` asks for more. */
const MOST_LIFECYCLES = 100_000;

/**
 * What lies under a row of the report: hours, processes, or all about one user; ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeDrill(
  request: DrillRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { journal, host, sort, budgets, user } = request;
  const period = await askedPeriod(request, nowMs);
  const asked = { host, sort, top: undefined, budgets, period, nowMs, isPrivate: isCaller(user) };
  const drill = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readDrill(db, request, { by: 'user', ...asked });
  });
  return renderDrill(drill, request, terminal);
}

function readDrill(db: Database.Database, request: DrillRequest, asked: Question): Drill {
  const { kind, user, format } = request;
  const { period, nowMs } = asked;
  const question = user === undefined ? asked : { ...asked, ...readOnlyUser(db, asked, user) };
  const report = readSummary(db, question);
  const userId = question.onlyUser?.id ?? null;
  const byHour =
    kind === 'lifecycles' && format !== 'json' ? [] : readHours(db, 'user', period, userId);
  const common = { report, userHours: format === 'json' ? byHour : [] };
  if (kind === 'hours') {
    return { kind, ...common, hours: hourParts(byHour, report.runs, period, nowMs) };
  }
  const lifecycles = readCostliest(db, report, request);
  if (kind === 'lifecycles') return { kind, ...common, lifecycles };
  const hours = hourParts(byHour, report.runs, period, nowMs);
  const top = topOfUser(request);
  return {
    kind,
    ...common,
    programs: readSummary(db, { ...question, by: 'program', top }),
    commands: readSummary(db, { ...question, by: 'command', top }),
    hours,
    days: dayParts(hours, report.runs, period, nowMs),
    lifecycles,
  };
}

/** Programs and commands of a user are few: programs get them all. */
function topOfUser({ top, format }: DrillRequest): number | undefined {
  return format === 'table' ? (top ?? TABLE_TOP_OF_SEVERAL) : undefined;
}

function readCostliest(
  db: Database.Database,
  report: JournalReport,
  { top, kind, format }: DrillRequest,
): Lifecycles {
  const { period, untilMs, onlyUser } = report;
  const ofTable = kind === 'user' ? TABLE_TOP_OF_SEVERAL : TABLE_TOP;
  const most = top ?? (format === 'table' ? ofTable : MOST_LIFECYCLES);
  const lastMs = readLastRecordedMs(db) ?? untilMs;
  const until = { fromMs: period.fromMs, toMs: Math.min(untilMs, lastMs) };
  return {
    ...lifecyclesOf(readLifecycles(db, period, onlyUser?.id ?? null, most), until),
    prunedUntilMs: prunedWithin(report, readPrunedUntilMs(db)),
  };
}
