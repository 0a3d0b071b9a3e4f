import { expect, it, onTestFinished } from 'vitest';
import { ONE_VCPU } from '../../../src/report/models/budgets.js';
import { TopReader } from '../../../src/report/top/read-top.js';
import { JournalBuilder } from '../../builders/journal.js';
import { RowWriter } from '../../journals/rows.js';

const UID = 1_001;
const BOOT_ID = 'a-boot';

const iso = (ms: number) => new Date(ms).toISOString();

/** A recorder that samples each second, and a top that reads after each sample. */
class Recording {
  readonly journal = new JournalBuilder().user(UID, 'foo_com');
  readonly reader = new TopReader(this.journal.db, {
    ...{ host: 'web1', timeZone: 'UTC', budgets: { others: ONE_VCPU, own: [] } },
  });
  #wallMs: number;
  #bootMs = 1_000_000;

  constructor(from: string) {
    this.#wallMs = Date.parse(from);
    onTestFinished(() => {
      this.journal.remove();
    });
    this.start();
  }

  start(): void {
    this.journal.run({ from: iso(this.#wallMs), to: iso(this.#wallMs), endReason: null });
  }

  wait(ms: number, wallMs = ms): void {
    this.#bootMs += ms;
    this.#wallMs += wallMs;
  }

  sample(cpuMs: number): void {
    this.journal.usage({ at: iso(this.#wallMs), uid: UID, cpuMs });
    this.journal.db
      .prepare(
        `UPDATE recorder_run SET last_tick_ms = ?, last_tick_boot_ms = ?
         WHERE run_id = (SELECT max(run_id) FROM recorder_run)`,
      )
      .run(this.#wallMs, this.#bootMs);
  }

  read(userId?: number) {
    return this.reader.read(userId, {
      ...{ nowMs: this.#wallMs, bootMs: this.#bootMs, kernelBootId: BOOT_ID },
      isThere: () => true,
    });
  }

  /** Half of a vCPU is used for so long. */
  goOn(seconds: number): (number | null)[] {
    return Array.from({ length: seconds }, () => {
      this.wait(1_000);
      this.sample(500);
      return this.read().nowPercent;
    });
  }
}

it('says what is used now from the second sample on', () => {
  expect(new Recording('2026-03-29T12:00:00Z').goOn(8)).toEqual([null, 50, 50, 50, 50, 50, 50, 50]);
});

it('takes nothing that a recorder catches up with after its start for what is used now', () => {
  const recording = new Recording('2026-03-29T12:00:00Z');
  recording.goOn(6);
  recording.wait(2_000);
  recording.start();
  recording.sample(60_000);
  expect(recording.read().nowPercent).toBeNull();
  expect(recording.goOn(2)).toEqual([50, 50]);
});

it('does not know what is used now while nothing is recorded, nor from before that', () => {
  const recording = new Recording('2026-03-29T12:00:00Z');
  recording.goOn(6);
  recording.wait(60_000);
  expect(recording.read()).toMatchObject({
    nowPercent: null,
    silence: expect.stringContaining('no sample for 60 s') as string,
  });
  recording.sample(30_000);
  expect(recording.goOn(3)).toEqual([null, 50, 50]);
});

it.each([3_600_000, -3_600_000])('knows it while the clock is set by %i ms', (byMs) => {
  const recording = new Recording('2026-03-29T12:00:00Z');
  recording.goOn(6);
  recording.wait(0, byMs);
  expect(recording.goOn(3)).toEqual([50, 50, 50]);
});

it('knows it again a second after midnight', () => {
  const recording = new Recording('2026-03-29T23:59:54Z');
  expect(recording.goOn(8)).toEqual([null, 50, 50, 50, 50, null, 50, 50]);
});

it('takes nothing that a process had used before it was followed for what it uses now', () => {
  const recording = new Recording('2026-03-29T12:00:00Z');
  recording.goOn(2);
  const { db } = recording.journal;
  const rows = new RowWriter(db, 0);
  const processId = rows.process({ pid: 7, startedMs: 0, cpuMs: 90_000, endedMs: null });
  rows.followed(
    processId,
    { uid: UID, user: 'foo_com', program: 'mariadbd', command: 'mariadbd' },
    0,
  );
  db.exec('UPDATE process SET prior_cpu_ms = cpu_ms');
  recording.goOn(1);
  const top = recording.read(UID);
  expect(top.user?.processes).toMatchObject([{ pid: 7, cpuMs: 90_000 }]);
  expect(top.rateOf(processId)).toBe(0);
});

it('shows the processes of one user, whatever name an option has for them', () => {
  const { reader } = new Recording('2026-03-29T12:00:00Z');
  for (const text of ['foo_com', 'uid:1001', '1001']) expect(reader.findUser(text)).toBe(UID);
  expect(() => reader.findUser('bar_org')).toThrow("nothing of user 'bar_org' is recorded");
  expect(() => reader.findUser('foo*')).toThrow("'foo*' is a pattern");
});
