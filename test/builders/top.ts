import { toJson } from '../../src/report/formats/json.js';
import { ONE_VCPU } from '../../src/report/models/budgets.js';
import { TopReader } from '../../src/report/top/read-top.js';
import { topView } from '../../src/report/views/top.js';
import { JournalBuilder } from './journal.js';
import { insertRecords, type TestRecord } from './records.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);
const QUARTER_MS = 900_000;
const BETWEEN_MS = 4_000;

const RECORD: TestRecord = {
  ...{ pid: 4_321, uid: 1_001, user: 'foo_com', program: 'php-fpm', command: 'php-fpm8.2' },
  ...{ fromMs: NOON_MS - QUARTER_MS, toMs: NOON_MS, cpuMs: 450_000, ended: false, unseen: false },
};

const RECORDS: readonly TestRecord[] = [
  RECORD,
  { ...RECORD, pid: 4_322, uid: 1_002, user: 'bar_org', cpuMs: 90_000 },
];

/** What top prints of a journal in which foo_com uses half of a vCPU, and bar_org nothing any more. */
export function topDocument(user?: string): object {
  const journal = new JournalBuilder();
  insertRecords(journal.db, RECORDS);
  const options = { host: 'web1', timeZone: 'UTC', budgets: { others: ONE_VCPU, own: [] } };
  const reader = new TopReader(journal.db, options);
  const readAt = (nowMs: number) =>
    reader.read(user === undefined ? undefined : reader.findUser(user), {
      nowMs,
      kernelBootId: undefined,
      bootMs: nowMs,
      isThere: () => true,
    });
  readAt(NOON_MS);
  for (const table of ['usage', 'process']) {
    journal.db.exec(`UPDATE ${table} SET cpu_ms = cpu_ms + 2000 WHERE cpu_ms > 100000`);
  }
  const top = readAt(NOON_MS + BETWEEN_MS + 1_000);
  journal.remove();
  return JSON.parse(
    toJson(topView(top, { chosen: undefined, above: 0, room: Infinity, notice: undefined })),
  ) as object;
}
