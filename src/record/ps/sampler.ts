import type { PsAnswer } from './ask.js';
import { isBetween, type PidHint } from './pid-hint.js';
import {
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
  isThere: (pid: number) => boolean;
  recorderPid: number;
  helperPid: () => number | undefined;
}

/** Of so many runs for the whole host the cheapest tells the cost: the others were disturbed. */
const REMEMBERED_COSTS = 3;

/** Takes snapshots as cheaply as it can: of what is followed and what is new, and of everything now and then. */
export class Sampler {
  #hint: PidHint | undefined;
  #lastWhole: WholeRun | undefined;
  #wholeCostsMs: number[] = [];
  #newcomers: ReadonlySet<number> = new Set();

  constructor(private readonly system: System) {}

  /**
   * One snapshot. After one that failed the next is of everything.
   *
   * @throws PsError
   */
  async take(interest: Interest, signal: AbortSignal): Promise<Snapshot> {
    const [before, now] = [this.#hint, this.system.pidHint()];
    const hints = before === undefined || now === undefined ? undefined : { before, now };
    const followed = new Set([...interest.due, ...interest.idle]);
    const question = chooseQuestion({
      bootMs: this.system.bootNowMs(),
      interest,
      newcomers: [...this.#newcomers].filter((pid) => !followed.has(pid)),
      ownPids: this.#ownPids(),
      hints,
      lastWhole: this.#lastWhole,
    });
    this.#hint = undefined;
    const snapshot =
      question.kind === 'everything'
        ? await this.#askEverything(signal)
        : await this.#askThese(question, signal);
    const isNew = (pid: number) =>
      hints !== undefined && isBetween(hints.before, hints.now, pid) && !followed.has(pid);
    this.#newcomers = new Set([...snapshot.samples.keys()].filter(isNew));
    this.#hint = now;
    return snapshot;
  }

  #ownPids(): number[] {
    const helperPid = this.system.helperPid();
    return helperPid === undefined
      ? [this.system.recorderPid]
      : [this.system.recorderPid, helperPid];
  }

  async #askEverything(signal: AbortSignal): Promise<Snapshot> {
    const { taken, helperPid, samples } = await this.system.ask('everything', signal);
    const costMs = taken.takenToBootMs - taken.takenFromBootMs;
    this.#wholeCostsMs = [...this.#wholeCostsMs, costMs].slice(-REMEMBERED_COSTS);
    this.#lastWhole = {
      bootMs: taken.takenFromBootMs,
      processes: samples.size,
      costMs: Math.min(...this.#wholeCostsMs),
    };
    return { ...taken, helperPid, samples, isWhole: true, unasked: new Set() };
  }

  async #askThese({ pids, unasked }: TheseAlone, signal: AbortSignal): Promise<Snapshot> {
    const takenFromBootMs = this.system.bootNowMs();
    const asked = new Set(pids);
    const samples = new Map<number, Sample>();
    for (let from = 0; from < pids.length; from += MAX_PIDS_PER_RUN) {
      const answer = await this.system.ask(pids.slice(from, from + MAX_PIDS_PER_RUN), signal);
      for (const [pid, sample] of answer.samples) {
        if (!samples.has(pid) && asked.has(pid)) samples.set(pid, sample);
      }
    }
    return {
      takenFromBootMs,
      takenToBootMs: this.system.bootNowMs(),
      helperPid: this.system.helperPid(),
      samples,
      isWhole: false,
      unasked: new Set(unasked.filter((pid) => this.system.isThere(pid))),
    };
  }
}
