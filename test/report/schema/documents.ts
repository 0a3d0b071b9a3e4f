import { ONE_VCPU } from '../../../src/report/models/budgets.js';
import type { Sum } from '../../../src/report/data/influx/database.js';
import type { Received } from '../../../src/report/data/influx/receive.js';
import { type FleetOptions, toHours, summariseFleet } from '../../../src/report/models/fleet.js';
import { toJson } from '../../../src/report/formats/json.js';
import { dayView } from '../../../src/report/views/day.js';
import { toPeriod } from '../../../src/shared/days.js';
import { lastDays, named, NOW } from '../../builders/asked.js';
import { fitOf, ledgerOf, threeDays } from '../../builders/credits.js';
import { JournalBuilder } from '../../builders/journal.js';
import { detailsDocument, workDay } from '../../builders/details.js';
import { jsonOf } from '../../builders/report.js';
import { STATES, statusDocument } from '../../builders/status.js';
import { topDocument } from '../../builders/top.js';
import { recordedMonths, trendText } from '../../builders/trend.js';
import { pruneUntil } from '../../record/prune/pruned.js';

export interface NamedDocument {
  view: string;
  name: string;
  document: object;
}

type Named = Record<string, object>;

/** The documents of every view in every kind of state; a new view is added here. */
export async function everyDocument(): Promise<NamedDocument[]> {
  const byView = {
    report: { ...(await journalReports()), ...fleetReports() },
    trend: await trends(),
    ledger: await ledgers(),
    fit: await fits(),
    ...(await detailsByView()),
    status: Object.fromEntries(
      Object.entries(STATES).map(([name, facts]) => [name, statusDocument(facts)]),
    ),
    top: { users: topDocument(), 'one user': topDocument('foo_com') },
  };
  return Object.entries(byView).flatMap(([view, documents]) =>
    Object.entries(documents).map(([name, document]) => ({ view, name, document })),
  );
}

/** Two users share a name, one has what no sample saw, and the recorder missed an hour. */
function sharedHost(): JournalBuilder {
  return new JournalBuilder()
    .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T20:00:00.417Z', programs: ['php-fpm'] })
    .gap('2026-03-29T14:00:00Z', '2026-03-29T15:00:00Z')
    .run({ from: '2026-03-29T20:00:10Z', to: '2026-03-30T12:00:00Z', vcpus: 4, endReason: null })
    .user(1001, 'foo_com')
    .user(1002, 'foo_com')
    .user(1003, '__proto__')
    .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 12, cpuMs: 61_250, unseenCpuMs: 400 })
    .usage({ at: '2026-03-29T09:00:00Z', uid: 1002, started: 1, cpuMs: 1 })
    .usage({ at: '2026-03-29T10:00:00Z', uid: 1003, takenOver: 1, cpuMs: 90_000_000 });
}

async function journalReports(): Promise<Named> {
  const journal = sharedHost();
  const ofDay = (day: string) => ({ days: { kind: 'day', day } }) as const;
  const range = { kind: 'range', from: '2026-03-28', to: '2026-03-31' } as const;
  const FIFTH = { kind: 'part of a vCPU', percent: 20 } as const;
  const documents = {
    'a day': await jsonOf(journal),
    'nothing recorded': await jsonOf(journal, ofDay('2026-03-31')),
    'one user': await jsonOf(journal, ofDay('2026-03-28')),
    'the largest of several': await jsonOf(journal, { top: 1 }),
    'several days': await jsonOf(journal, { days: range }),
    'by program': await jsonOf(journal, { by: 'program' }),
    'by command': await jsonOf(journal, { by: 'command', top: 1 }),
    'by host': await jsonOf(journal, { by: 'host' }),
    'a day that is not over': await jsonOf(journal, {}, Date.parse('2026-03-29T10:00:00Z')),
    'a day that has just begun': await jsonOf(journal, {}, Date.parse('2026-03-28T23:10:00Z')),
    'a day that is poorly covered so far': await jsonOf(
      journal,
      ofDay('2026-03-28'),
      Date.parse('2026-03-28T12:00:00Z'),
    ),
    'other budgets': await jsonOf(journal, { budgets: { others: FIFTH, own: [] } }),
  };
  journal.remove();
  return documents;
}

const PERIOD = toPeriod('2026-03-29', '2026-03-29', 'Europe/Ljubljana');

const FLEET: FleetOptions = {
  by: 'user',
  period: PERIOD,
  nowMs: PERIOD.fromMs + 12 * 3_600_000,
  sort: 'credits',
  top: undefined,
  budgets: { others: ONE_VCPU, own: [] },
  destination: 'http://influx.example.com:8086 database psusage',
};

function fleetReports(): Named {
  const sum = (name: string, cpuMs: number): Sum => ({ name, fromMs: PERIOD.fromMs, cpuMs });
  const users = [sum('foo_com', 61_250), sum('__proto__', 400), sum('quiet_net', 0)];
  const hostNames = ['web1', 'web2'];
  const influxdb = { cpuTime: users, unseen: [sum('foo_com', 400)], hostNames };
  const victoriaMetrics = { ...influxdb, unseen: undefined };
  const hosts = { ...influxdb, cpuTime: hostNames.map((name) => sum(name, 1_000)) };
  const of = (received: Received, fields: Partial<FleetOptions> = {}): object => {
    const report = summariseFleet(received, { ...FLEET, ...fields });
    const usageByHour = toHours(received.cpuTime, PERIOD);
    return parsed(
      toJson(dayView({ ...report, usageByHour, busiestHour: null, nearest: {} }, false)),
    );
  };
  return {
    'hosts that ship to InfluxDB': of(influxdb),
    'hosts that ship to VictoriaMetrics': of(victoriaMetrics, { top: 1 }),
    'what an InfluxDB has received, by program': of(influxdb, { by: 'program', top: 1 }),
    'what an InfluxDB has received, by host': of(hosts, { by: 'host' }),
    'a VictoriaMetrics without anything': of({ ...victoriaMetrics, cpuTime: [], hostNames: [] }),
  };
}

async function trends(): Promise<Named> {
  const journal = recordedMonths([
    { uid: 1001, name: 'foo_com', credits: 900, growth: 4, noise: 0.05 },
    { uid: 1002, name: 'bar_org', credits: 150, growth: -0.6, noise: 0.1 },
    { uid: 1003, name: 'full_eu', credits: 1_600, growth: 0, noise: 0.05 },
  ]);
  const of = async (fields: Parameters<typeof trendText>[1], nowMs?: number): Promise<object> =>
    parsed(await trendText(journal, { format: 'json', ...fields }, {}, nowMs));
  const documents = {
    'users with a projection': await of({}),
    'the largest of several': await of({ top: 1 }),
    'by program': await of({ by: 'program' }),
    'by command': await of({ by: 'command' }),
    'by day': await of({ by: 'day' }),
    'one user': await of({ user: named('foo_com') }),
    'the programs of several users': await of({ by: 'program', user: named('*_*') }),
    'too few days': await of({ days: lastDays(15) }),
    'days with a gap': await of({ days: lastDays(7) }, Date.parse('2026-03-13T12:00:00Z')),
    'nothing recorded': await of({ days: lastDays(3) }, Date.parse('2026-09-01T12:00:00Z')),
    'by day, nothing recorded': await of({ by: 'day' }, Date.parse('2026-09-01T12:00:00Z')),
  };
  journal.remove();
  return documents;
}

async function ledgers(): Promise<Named> {
  const journal = threeDays();
  const of = async (fields: Parameters<typeof ledgerOf>[1], nowMs?: number): Promise<object> =>
    parsed(await ledgerOf(journal, { format: 'json', ...fields }, {}, nowMs));
  const documents = {
    'held to the baseline': await of({}),
    charged: await of({ mode: 'unlimited' }),
    'the largest of several': await of({ top: 1 }),
    'one user': await of({ user: named('foo_com') }),
    'charged, the largest of several': await of({ mode: 'unlimited', top: 1 }),
    'a day that is not over': await of({}, Date.parse('2026-03-30T09:05:00.250Z')),
    'nothing recorded on the day': await of({ days: { kind: 'day', day: '2026-03-31' } }),
    'nothing recorded for weeks': await of(
      { days: { kind: 'day', day: '2026-05-31' } },
      Date.parse('2026-05-31T12:00:00Z'),
    ),
  };
  journal.remove();
  return documents;
}

async function fits(): Promise<Named> {
  const journal = threeDays();
  const of = async (from: JournalBuilder, fields: Parameters<typeof fitOf>[1] = {}) =>
    parsed(await fitOf(from, { format: 'json', ...fields }));
  const part = new JournalBuilder()
    .run({ from: '2026-03-30T00:00:00Z', to: '2026-03-31T00:00:00Z', users: ['foo_com'] })
    .user(1001, 'foo_com')
    .usage({ at: '2026-03-30T10:00:00Z', uid: 1001, cpuMs: 40 * 900_000 });
  const documents = {
    'days with a gap': await of(journal),
    'nothing recorded': await of(journal, { days: { kind: 'day', day: '2026-03-31' } }),
    'a part of a host that is too large': await of(part),
  };
  for (const each of [journal, part]) each.remove();
  return documents;
}

const DETAILS = [
  ['user', 'user'],
  ['hours', 'hours'],
  ['lifecycles', 'processes'],
] as const;

/** Each view of what lies under a row, of the same days. */
async function detailsByView(): Promise<Record<string, Named>> {
  const journal = workDay();
  const pruned = workDay();
  pruneUntil(pruned.db, Date.parse('2026-03-29T05:00:00Z'));
  const range = { kind: 'range', from: '2026-03-28', to: '2026-03-30' } as const;
  const byView: Record<string, Named> = {};
  for (const [name, view] of DETAILS) {
    const of = (from: JournalBuilder, fields: object = {}, nowMs = NOW) =>
      detailsDocument(from, { view, ...fields }, nowMs);
    byView[name] = {
      'a day of one user': await of(journal),
      'a day that is not over': await of(journal, {}, Date.parse('2026-03-29T10:00:00Z')),
      'several days': await of(journal, { days: range }),
      'several users': await of(journal, { user: named('*_*') }),
      'days some of which were pruned': await of(pruned, { days: range }),
      ...(view === 'hours' ? {} : { 'the largest of several': await of(journal, { top: 2 }) }),
    };
  }
  for (const [name, view] of DETAILS.slice(1)) {
    const everybody = { view, user: undefined };
    const empty = { ...everybody, days: { kind: 'day', day: '2026-03-31' } } as const;
    Object.assign(byView[name] ?? {}, {
      'a day of everybody': await detailsDocument(journal, everybody),
      'nothing recorded': await detailsDocument(journal, empty),
    });
  }
  const ofMinute = (from: JournalBuilder, fields: object = {}) =>
    detailsDocument(from, { view: 'minute', at: '11:12', ...fields });
  byView['minute'] = {
    'a minute of one user': await ofMinute(journal),
    'a minute of everybody': await ofMinute(journal, { user: undefined }),
    'the costliest of several': await ofMinute(journal, { user: undefined, top: 1 }),
    'a minute that was pruned': await ofMinute(pruned, { at: '05:07' }),
    'nothing recorded': await ofMinute(journal, { at: '15:00' }),
  };
  for (const each of [journal, pruned]) each.remove();
  return byView;
}

function parsed(text: string): object {
  return JSON.parse(text) as object;
}
