import type { Ages } from './ages.js';
import type { PsAnswer } from './ask.js';
import { PsError } from './errors.js';
import { LeftOut } from './left-out.js';
import { isBetween, type PidHint } from './pid-hint.js';
import {
  ASK_ALL_UP_TO,
  chooseQuestion,
  type Interest,
  MAX_PIDS_PER_RUN,
  type TheseAlone,
  type WholeRun,
} from './question.js';
import type { Sample, Snapshot } from './sample.js';

/** What a sampler needs of the system. */
export interface System {
  bootNowMs: () => number;
  /** Runs ps for every process, or for at most `MAX_PIDS_PER_RUN` of them; throws PsError. */
  ask: (pids: readonly number[] | 'everything', signal: AbortSignal) => Promise<PsAnswer>;
  pidHint: () => PidHint | undefined;
  /** Whether a process has this pid. */
  pidExists: (pid: number) => boolean;
  recorderPid: number;
  ages: Ages;
  helperPid: () => number | undefined;
  /** The hint is of no use; said once. */
  onHintUseless: () => void;
  /** ps has begun to leave out processes that are there; so many. */
  onLeftOut: (processes: number) => void;
}

/** Of so many runs for the whole host the cheapest tells the cost: the others were disturbed. */
const REMEMBERED_COSTS = 3;

/** Who is new is looked at again for so long. */
const NEW_FOR_MS = 2_000;

/** Takes snapshots as cheaply as it can: of what is followed and what is new, and of everything now and then. */
export class Sampler {
  #hint: PidHint | undefined;
  #isHintUseless = false;
  #lastWhole: WholeRun | undefined;
  #wholeCostsMs: number[] = [];
  /** When each was seen for the first time, in boot time. */
  #newcomers: ReadonlyMap<number, number> = new Map();
  readonly #leftOut: LeftOut;

  constructor(private readonly system: System) {
    const { pidExists, onLeftOut } = system;
    this.#leftOut = new LeftOut({ pidExists, onLeftOut, pidHint: () => this.#readHint() });
  }

  /**
   * One snapshot. After one that failed the next is of everything.
   *
   * @throws PsError
   */
  async take(interest: Interest, signal: AbortSignal): Promise<Snapshot> {
    const [before, now] = [this.#hint, this.#readHint()];
    const helperPid = this.system.helperPid();
    const hints = before === undefined || now === undefined ? undefined : { before, now };
    const bootMs = this.system.bootNowMs();
    const wanted = this.#withThoseLeftOut(interest);
    const question = chooseQuestion({
      bootMs,
      interest: wanted,
      newcomers: [...this.#newcomers.keys()],
      ownPids: [this.system.recorderPid],
      // Without a helper to end the list with there is no telling whether an answer is whole.
      hints: helperPid === undefined ? undefined : hints,
      lastWhole: this.#lastWhole,
    });
    this.#hint = undefined;
    const snapshot = this.#withTrueAges(
      question.kind === 'everything' || helperPid === undefined
        ? await this.#askEverything(now, signal)
        : await this.#askThese(question, helperPid, signal),
    );
    this.#newcomers = this.#newcomersAfter(snapshot, hints);
    this.#hint = now;
    return this.#withThoseThere(snapshot, wanted, bootMs);
  }

  #withTrueAges(snapshot: Omit<Snapshot, 'areAgesTrue'>): Snapshot {
    const { ages } = this.system;
    const samples = ages.checked(snapshot.samples, snapshot);
    return { ...snapshot, samples, areAgesTrue: ages.areTrue };
  }

  #withThoseLeftOut(interest: Interest): Interest {
    const { pids } = this.#leftOut;
    if (pids.length === 0) return interest;
    return { ...interest, due: [...new Set([...interest.due, ...pids])] };
  }

  /** The snapshot, with those that were asked for and left out though they are there. */
  #withThoseThere(snapshot: Snapshot, { due, idle }: Interest, bootMs: number): Snapshot {
    const { samples, unasked, isWhole } = snapshot;
    // Many who are idle are asked for with the whole host alone, and known to be there or not otherwise.
    const wanted = isWhole || idle.length <= ASK_ALL_UP_TO ? [...due, ...idle] : due;
    const missing = wanted.filter((pid) => !samples.has(pid) && !unasked.has(pid));
    const leftOut = this.#leftOut.among(missing, bootMs);
    return leftOut.size === 0
      ? snapshot
      : { ...snapshot, unasked: new Set([...unasked, ...leftOut]) };
  }

  #readHint(): PidHint | undefined {
    const hint = this.#isHintUseless ? undefined : this.system.pidHint();
    if (hint === undefined) this.#sayHintUseless();
    return hint;
  }

  #sayHintUseless(): void {
    if (!this.#isHintUseless) this.system.onHintUseless();
    this.#isHintUseless = true;
  }

  async #askEverything(
    hint: PidHint | undefined,
    signal: AbortSignal,
  ): Promise<Omit<Snapshot, 'areAgesTrue'>> {
    const { taken, helperPid, psPid, samples } = await this.system.ask('everything', signal);
    const hintAfter = this.#readHint();
    if (hint !== undefined && hintAfter !== undefined && psPid !== undefined) {
      // In some containers it is the host's, whose pids are none of ours.
      if (!isBetween(hint, hintAfter, psPid)) this.#sayHintUseless();
    }
    const costMs = taken.takenToBootMs - taken.takenFromBootMs;
    this.#wholeCostsMs = [...this.#wholeCostsMs, costMs].slice(-REMEMBERED_COSTS);
    this.#lastWhole = {
      bootMs: taken.takenFromBootMs,
      processes: samples.size,
      costMs: Math.min(...this.#wholeCostsMs),
    };
    return { ...taken, helperPid, samples, isWhole: true, unasked: new Set() };
  }

  /** Each list ends with the helper: an answer without it was cut or made up. */
  async #askThese(
    { pids, unasked }: TheseAlone,
    helperPid: number,
    signal: AbortSignal,
  ): Promise<Omit<Snapshot, 'areAgesTrue'>> {
    const takenFromBootMs = this.system.bootNowMs();
    const asked = new Set([...pids, helperPid]);
    const samples = new Map<number, Sample>();
    const room = MAX_PIDS_PER_RUN - 1;
    for (let from = 0; from < pids.length; from += room) {
      const list = pids.slice(from, from + room).filter((pid) => pid !== helperPid);
      const answer = await this.system.ask([...list, helperPid], signal);
      if (!answer.samples.has(helperPid)) {
        throw new PsError('PS_RUBBISH', 'the output of ps was cut short');
      }
      for (const [pid, sample] of answer.samples) {
        if (!samples.has(pid) && asked.has(pid)) samples.set(pid, sample);
      }
    }
    return {
      takenFromBootMs,
      takenToBootMs: this.system.bootNowMs(),
      helperPid,
      samples,
      isWhole: false,
      unasked: new Set(unasked.filter((pid) => this.system.pidExists(pid))),
    };
  }

  #newcomersAfter(
    { samples, takenFromBootMs }: Snapshot,
    hints: { before: PidHint; now: PidHint } | undefined,
  ): ReadonlyMap<number, number> {
    const known = [...this.#newcomers].filter(
      ([pid, seenBootMs]) => samples.has(pid) && takenFromBootMs - seenBootMs < NEW_FOR_MS,
    );
    if (hints === undefined) return new Map(known);
    const fresh = [...samples.keys()].filter((pid) => isBetween(hints.before, hints.now, pid));
    return new Map([...known, ...fresh.map((pid) => [pid, takenFromBootMs] as const)]);
  }
}
