import type { Ages } from './ages.js';
import { PsError } from './errors.js';
import { MissingPids } from './missing.js';
import { isBetween, type PidHint } from './pid-hint.js';
import {
  chooseQuery,
  type Interest,
  MAX_PIDS_PER_RUN,
  type PidHints,
  type PidQuery,
  QUERY_ALL_UP_TO,
  type WholeRun,
} from './query.js';
import type { PsAnswer } from './run.js';
import { KTHREADD_PID } from './parse.js';
import type { Sample, Snapshot } from './sample.js';

/** What a sampler needs of the system. */
export interface System {
  /** Runs ps for every process, or for at most `MAX_PIDS_PER_RUN` of them; throws PsError. */
  queryPs: (pids: readonly number[] | 'everything', signal: AbortSignal) => Promise<PsAnswer>;
  pidHint: () => PidHint | undefined;
  pidExists: (pid: number) => boolean;
  recorderPid: number;
  ages: Ages;
  helperPid: () => number | undefined;
  /** The hint is of no use; called once. */
  onHintUseless: () => void;
  /** ps has begun to omit this many processes that exist. */
  onMissing: (processes: number) => void;
}

/** The cheapest of so many queries of the whole host tells what one costs: the others were disturbed. */
const REMEMBERED_COSTS = 3;

/** A new process is queried again for so long. */
const NEW_FOR_MS = 2_000;

/** Takes snapshots as cheaply as it can: of what is followed and what is new, and of everything now and then. */
export class Sampler {
  #hint: PidHint | undefined;
  #isHintUseless = false;
  #lastWhole: WholeRun | undefined;
  #showsKernel = false;
  #wholeCostsMs: number[] = [];
  /** Boot time at which each was seen for the first time. */
  #newcomers: ReadonlyMap<number, number> = new Map();
  readonly #missing: MissingPids;

  constructor(private readonly system: System) {
    const { pidExists, onMissing } = system;
    this.#missing = new MissingPids({ pidExists, onMissing, pidHint: () => this.#readHint() });
  }

  /**
   * Takes one snapshot. After one that failed the next is of everything.
   *
   * @throws PsError
   */
  async take(interest: Interest, signal: AbortSignal): Promise<Snapshot> {
    const before = this.#hint;
    const now = this.#readHint();
    const helperPid = this.system.helperPid();
    const hints = before === undefined || now === undefined ? undefined : { before, now };
    const wanted = this.#withMissing(interest);
    const query = chooseQuery({
      interest: wanted,
      newcomers: [...this.#newcomers.keys()],
      ownPids: [this.system.recorderPid],
      // Without a helper at the end of the list a truncated answer can't be told from a whole one.
      hints: helperPid === undefined ? undefined : hints,
      lastWhole: this.#lastWhole,
    });
    this.#hint = undefined;
    const snapshot = this.#withKernelThreads(
      this.#withTrueAges(
        query.kind === 'everything' || helperPid === undefined
          ? await this.#queryEverything(now, signal)
          : await this.#queryPids(query, helperPid, signal),
      ),
    );
    this.#newcomers = this.#newcomersAfter(snapshot, hints);
    this.#hint = now;
    return this.#withExisting(snapshot, wanted);
  }

  #withTrueAges(snapshot: Omit<Snapshot, 'areAgesTrue'>): Snapshot {
    const { ages } = this.system;
    const samples = ages.checked(snapshot.samples, snapshot);
    const { takenFromBootMs, takenToBootMs, helperPid, isWhole, unsampled } = snapshot;
    const areAgesTrue = ages.areTrue;
    return { takenFromBootMs, takenToBootMs, helperPid, samples, areAgesTrue, isWhole, unsampled };
  }

  /** Of a container's processes none is a thread of the kernel, whatever its parent. */
  #withKernelThreads(snapshot: Snapshot): Snapshot {
    const second = snapshot.samples.get(KTHREADD_PID);
    this.#showsKernel ||= second?.comm === 'kthreadd' && second.ppid === 0;
    if (this.#showsKernel) return snapshot;
    const taken = [...snapshot.samples.values()].filter(({ isKernelThread }) => isKernelThread);
    if (taken.length === 0) return snapshot;
    const corrected = taken.map((each) => [each.pid, { ...each, isKernelThread: false }] as const);
    return { ...snapshot, samples: new Map([...snapshot.samples, ...corrected]) };
  }

  #withMissing(interest: Interest): Interest {
    const { pids } = this.#missing;
    if (pids.length === 0) return interest;
    return { ...interest, due: [...new Set([...interest.due, ...pids])] };
  }

  /** Adds the processes that were queried and are not shown though they exist. */
  #withExisting(snapshot: Snapshot, { bootMs, due, idle }: Interest): Snapshot {
    const { samples, unsampled, isWhole } = snapshot;
    // Many idle ones are queried with the whole host alone; otherwise they are known to exist, or not.
    const wanted = isWhole || idle.length <= QUERY_ALL_UP_TO ? [...due, ...idle] : due;
    const notShown = wanted.filter((pid) => !samples.has(pid) && !unsampled.has(pid));
    const existing = this.#missing.findExisting(notShown, bootMs);
    return existing.size === 0
      ? snapshot
      : { ...snapshot, unsampled: new Set([...unsampled, ...existing]) };
  }

  #readHint(): PidHint | undefined {
    const hint = this.#isHintUseless ? undefined : this.system.pidHint();
    if (hint === undefined) this.#giveUpHint();
    return hint;
  }

  #giveUpHint(): void {
    if (!this.#isHintUseless) this.system.onHintUseless();
    this.#isHintUseless = true;
  }

  async #queryEverything(
    hint: PidHint | undefined,
    signal: AbortSignal,
  ): Promise<Omit<Snapshot, 'areAgesTrue'>> {
    const { taken, helperPid, psPid, samples } = await this.system.queryPs('everything', signal);
    const hintAfter = this.#readHint();
    if (hint !== undefined && hintAfter !== undefined && psPid !== undefined) {
      // In some containers it is the host's, whose pids are none of ours.
      if (!isBetween(hint, hintAfter, psPid)) this.#giveUpHint();
    }
    const costMs = taken.takenToBootMs - taken.takenFromBootMs;
    this.#wholeCostsMs = [...this.#wholeCostsMs, costMs].slice(-REMEMBERED_COSTS);
    this.#lastWhole = {
      bootMs: taken.takenFromBootMs,
      processes: samples.size,
      costMs: Math.min(...this.#wholeCostsMs),
    };
    return { ...taken, helperPid, samples, isWhole: true, unsampled: new Set() };
  }

  /** Each list ends with the helper: an answer without it was truncated or made up. */
  async #queryPids(
    { pids, skipped }: PidQuery,
    helperPid: number,
    signal: AbortSignal,
  ): Promise<Omit<Snapshot, 'areAgesTrue'>> {
    const queried = new Set(pids).add(helperPid);
    const samples = new Map<number, Sample>();
    const room = MAX_PIDS_PER_RUN - 1;
    let takenFromBootMs = Infinity;
    let takenToBootMs = 0;
    for (let from = 0; from < pids.length; from += room) {
      const list = pids.slice(from, from + room).filter((pid) => pid !== helperPid);
      const answer = await this.system.queryPs([...list, helperPid], signal);
      if (!answer.samples.has(helperPid)) {
        throw new PsError('PS_RUBBISH', 'the output of ps was cut short');
      }
      takenFromBootMs = Math.min(takenFromBootMs, answer.taken.takenFromBootMs);
      takenToBootMs = answer.taken.takenToBootMs;
      for (const [pid, sample] of answer.samples) {
        if (!samples.has(pid) && queried.has(pid)) samples.set(pid, sample);
      }
    }
    return {
      takenFromBootMs,
      takenToBootMs,
      helperPid,
      samples,
      isWhole: false,
      unsampled: new Set(skipped.filter((pid) => this.system.pidExists(pid))),
    };
  }

  #newcomersAfter(
    { samples, takenFromBootMs }: Snapshot,
    hints: PidHints | undefined,
  ): ReadonlyMap<number, number> {
    const newcomers = new Map<number, number>();
    for (const [pid, seenBootMs] of this.#newcomers) {
      if (samples.has(pid) && takenFromBootMs - seenBootMs < NEW_FOR_MS) {
        newcomers.set(pid, seenBootMs);
      }
    }
    if (hints === undefined) return newcomers;
    for (const pid of samples.keys()) {
      if (isBetween(hints.before, hints.now, pid)) newcomers.set(pid, takenFromBootMs);
    }
    return newcomers;
  }
}
