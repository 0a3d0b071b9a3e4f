import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { QUARTER_HOUR_MS, startOfQuarter } from '../../../src/shared/units.js';

/** Lives go on in steps of five minutes. */
const STEP_MS = QUARTER_HOUR_MS / 3;

/** A quarter-hour of UTC in which they begin. */
export const BEGINS_MS = Date.UTC(2026, 2, 1);

/** What a process does in a step: it may use CPU time, its children may, and it may go over to another account. */
interface Doing {
  busy: boolean;
  unseen: boolean;
  account: number | undefined;
}

interface Life {
  /** Boot time of its start, in steps. */
  fromStep: number;
  doings: Doing[];
  ends: boolean;
}

/** All processes of a host, and how the wall clock was set: by step of boot time. */
export interface Lives {
  lives: Life[];
  clockSteps: { atStep: number; byMs: number }[];
}

const DOING: fc.Arbitrary<Doing> = fc.record({
  busy: fc.boolean(),
  unseen: fc.integer({ min: 0, max: 4 }).map((value) => value === 0),
  account: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined, freq: 3 }),
});

export const LIVES: fc.Arbitrary<Lives> = fc.record({
  lives: fc.array(
    fc.record({
      fromStep: fc.integer({ min: 0, max: 12 }),
      doings: fc.array(DOING, { minLength: 1, maxLength: 24 }),
      ends: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  clockSteps: fc.array(
    fc.record({
      atStep: fc.integer({ min: 1, max: 20 }),
      byMs: fc.constantFrom(-5_000, 5_000, STEP_MS, -STEP_MS, -4 * STEP_MS, -8 * STEP_MS),
    }),
    { maxLength: 2 },
  ),
});

/** The slice that a process is in, as the recorder keeps it. */
interface Slice {
  fromMs: number;
  account: number;
  changed: boolean;
  /** Where it has used CPU time. */
  creditId: number | undefined;
}

/** Users, programs and commands of the accounts: some are the same, as in life. */
const ACCOUNTS = [
  { user_id: 0, program_id: 1, command_id: 1 },
  { user_id: 1, program_id: 1, command_id: 2 },
  { user_id: 1, program_id: 2, command_id: 1 },
] as const;

/** Writes records as a recorder would, in the order of boot time; into a journal that has a boot and nothing else. */
export function writeLives(db: Database.Database, { lives, clockSteps }: Lives): void {
  db.transaction(() => {
    const host = new Host(db, clockSteps);
    const steps = Math.max(...lives.map(({ fromStep, doings }) => fromStep + doings.length));
    for (let step = 0; step <= steps; step++) host.step(step, lives);
  })();
}

class Host {
  #wallMs = BEGINS_MS;
  readonly #slices = new Map<Life, { processId: number; slice: Slice }>();

  constructor(
    private readonly db: Database.Database,
    private readonly clockSteps: Lives['clockSteps'],
  ) {
    db.exec(`INSERT INTO user (user_id, uid, name) VALUES (0, 0, 'root'), (1, 1, 'foo_com');
      INSERT INTO name VALUES (1, 'cron'), (2, 'php-fpm');
      INSERT INTO recorder_run (boot_id, pid, version, host, vcpus, programs, users, forks, interval_ms, visibility,
        precision, anchor_ms, started_ms, last_tick_ms, last_tick_boot_ms)
      VALUES (1, 1, '0', 'web1', 2, '[]', '[]', 1, 1000, 'all', 'cuu', 0, ${BEGINS_MS}, ${BEGINS_MS}, 0)`);
  }

  step(step: number, lives: readonly Life[]): void {
    for (const { byMs } of this.clockSteps.filter(({ atStep }) => atStep === step)) {
      this.#setClock(this.#wallMs + byMs);
    }
    for (const life of lives) {
      if (life.fromStep === step) this.#begin(life);
      const doing = life.doings[step - life.fromStep];
      if (doing !== undefined) this.#do(life, doing);
      else if (this.#slices.has(life) && life.ends) this.#end(life);
    }
    this.#wallMs += STEP_MS;
  }

  #begin(life: Life): void {
    const processId = Number(
      this.db
        .prepare('INSERT INTO process VALUES (NULL, 1, 100, 1, 0, 0, ?, 0, 0, NULL, NULL)')
        .run(this.#wallMs).lastInsertRowid,
    );
    const slice = { fromMs: this.#wallMs, account: 0, changed: false, creditId: undefined };
    this.#slices.set(life, { processId, slice });
    this.#count(slice, 'started');
  }

  #do(life: Life, { busy, unseen, account }: Doing): void {
    const known = this.#slices.get(life);
    if (known === undefined) return;
    const quarterMs = startOfQuarter(this.#wallMs);
    if (startOfQuarter(known.slice.fromMs) !== quarterMs) {
      known.slice = { ...known.slice, fromMs: quarterMs, changed: false, creditId: undefined };
      this.#count(known.slice, 'taken_over');
    }
    if (account !== undefined && account !== known.slice.account) {
      known.slice = { fromMs: this.#wallMs, account, changed: true, creditId: undefined };
    }
    if (busy) this.#spend(known.processId, known.slice);
    if (unseen) this.#write(known.processId, { ...known.slice, fromMs: quarterMs }, 1);
  }

  #end(life: Life): void {
    const known = this.#slices.get(life);
    this.#slices.delete(life);
    if (known === undefined) return;
    this.#spend(known.processId, known.slice);
    this.db
      .prepare("UPDATE process SET ended_ms = ?, end_reason = 'gone' WHERE process_id = ?")
      .run(this.#wallMs, known.processId);
  }

  #setClock(toMs: number): void {
    this.db
      .prepare('INSERT INTO clock_step (run_id, before_ms, after_ms) VALUES (1, ?, ?)')
      .run(this.#wallMs, toMs);
    this.#wallMs = toMs;
    for (const known of this.#slices.values()) {
      known.slice = { ...known.slice, fromMs: toMs, changed: true, creditId: undefined };
    }
  }

  #spend(processId: number, slice: Slice): void {
    slice.creditId ??= this.#write(processId, slice, 0);
  }

  #write(processId: number, { fromMs, account, changed }: Slice, unseen: 0 | 1): number {
    const { user_id, program_id, command_id } = ACCOUNTS[account] ?? ACCOUNTS[0];
    const columns = [processId, user_id, program_id, command_id, fromMs, fromMs + 1_000];
    return Number(
      this.db
        .prepare('INSERT INTO credit VALUES (NULL, ?, ?, ?, ?, ?, ?, 10, 2, ?, 0, 0, ?)')
        .run(...columns, Number(changed && unseen === 0), unseen).lastInsertRowid,
    );
  }

  #count({ fromMs, account }: Slice, what: 'started' | 'taken_over'): void {
    const { user_id, program_id, command_id } = ACCOUNTS[account] ?? ACCOUNTS[0];
    const one = what === 'started' ? [1, 0] : [0, 1];
    this.db
      .prepare(
        `INSERT INTO usage VALUES (?, ?, ?, ?, 0, 0, ?, ?, 0)
         ON CONFLICT DO UPDATE SET started = started + excluded.started, taken_over = taken_over + excluded.taken_over`,
      )
      .run(startOfQuarter(fromMs), user_id, program_id, command_id, ...one);
  }
}
