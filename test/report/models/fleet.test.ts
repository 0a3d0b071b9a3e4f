import { ONE_VCPU } from '../../../src/report/models/budgets.js';
import { expect, test } from 'vitest';
import type { Sum, Tag } from '../../../src/report/data/influx/database.js';
import type { Received } from '../../../src/report/data/influx/receive.js';
import { type FleetOptions, summariseFleet } from '../../../src/report/models/fleet.js';
import { toCsv } from '../../../src/report/formats/csv.js';
import { toText } from '../../../src/report/formats/text.js';
import { dayView } from '../../../src/report/views/day.js';
import { toPeriod } from '../../../src/shared/days.js';

const PERIOD = toPeriod('2026-03-29', '2026-03-29', 'Europe/Ljubljana');

const QUESTION: FleetOptions = {
  by: 'user',
  period: PERIOD,
  nowMs: PERIOD.fromMs + 12 * 3_600_000,
  sort: 'credits',
  top: undefined,
  budgets: { others: ONE_VCPU, own: [] },
  destination: 'http://influx.example.com:8086 database psusage',
};

const sum = (name: string, cpuMs: number): Sum => ({ name, fromMs: PERIOD.fromMs, cpuMs });

const RECEIVED: Received = {
  cpuTime: [
    sum('foo_com', 21_665_550),
    sum('a-customer-with-a-long-name_si', 93_450_120),
    sum('bar_org', 61_250),
    sum('quiet_net', 0),
  ],
  unseen: [sum('foo_com', 63_100)],
  hostNames: ['web1', 'web2', 'web3'],
};

function viewOf(received: Received, question: Partial<FleetOptions> = {}, verbose = false) {
  const report = summariseFleet(received, { ...QUESTION, ...question });
  return dayView({ ...report, usageByHour: [], busiestHour: null, nearest: {} }, verbose);
}

async function tableOf(
  received: Received,
  question: Partial<FleetOptions> = {},
  columns = 80,
  verbose = false,
): Promise<string> {
  return toText(viewOf(received, question, verbose), { columns, colour: false });
}

test('has no column of which nothing is known, also where more is asked for', async () => {
  const shown = await tableOf(RECEIVED, {}, 200, true);
  expect(shown).not.toMatch(/processes {2}|uid|±|of host|\?/);
  expect(shown).toMatch(/short-lived$/m);
  const [, , , head = ''] = (
    await tableOf({ ...RECEIVED, unseen: undefined }, {}, 200, true)
  ).split('\n');
  expect(head).toContain('CPU time');
  expect(head).not.toContain('short-lived');
});

test('names the only host', async () => {
  expect(await tableOf({ ...RECEIVED, hostNames: ['web\u{1b}1'] })).toMatch(
    /^web\u{fffd}1 · Sun /u,
  );
});

const csvOf = (by: Tag, received: Received) => toCsv(viewOf(received, { by })).split('\n');

test('the CSV has empty cells for what is not known', () => {
  const [header, first, , , , total] = csvOf('user', RECEIVED);
  const days = '2026-03-29T00:00:00+01:00,2026-03-30T00:00:00+02:00';
  expect(header).toMatch(/^host,from,to,user,uid,processes,cpu_seconds,/);
  expect(first).toBe(
    `,${days},a-customer-with-a-long-name_si,,,93450.12,9345012,1557.502,0,,8640000,108.159861,,,,,`,
  );
  expect(total).toBe(`,${days},(total),,,115176.92,11517692,1919.615333,63.1,,,,,,,,`);
});

test('the CSV by host has each host in the column that says of which host a line is', () => {
  const [header, first] = csvOf('host', { ...RECEIVED, cpuTime: [sum('web1', 1_000)] });
  expect(header).toMatch(/^host,from,to,processes,cpu_seconds,/);
  expect(first).toMatch(/^web1,2026-03-29T00:00:00\+01:00,2026-03-30T00:00:00\+02:00,,1,100,/);
});
