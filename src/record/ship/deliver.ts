import { setImmediate } from 'node:timers/promises';
import type { Answer } from '../../shared/influx/answer.js';
import type { Newest, Point, Points, Refusal } from './points.js';

/** How a server is reached. */
export interface Server {
  send: (points: readonly Point[]) => Promise<Answer>;
  /** Waits as the server has asked to; false when there is no time for that. */
  wait: (ms: number) => Promise<boolean>;
}

/** Why a delivery ended before everything was sent. */
export type Stop = Exclude<Answer, { kind: 'acknowledged' }>;

export interface Delivered {
  sent: number;
  setAside: number;
  stop: Stop | undefined;
}

/** A server that wants a longer rest gets it until the next run. */
const MAX_RETRY_AFTER_MS = 60_000;

/** So many points are made ready at a time, in one transaction: some milliseconds. */
const PART = 5_000;

/** Points in the first request: until it is answered no other is sent. */
const FIRST_REQUEST = 1_000;

/** So many requests are on their way at once: the server has one while the answer to another is marked. */
const MAX_REQUESTS = 2;

/** How often a run waits as a server asks it to. */
const MAX_WAITS = 20;

/**
 * So many points may be refused each by itself before any is accepted. Then the newest is tried: if that is refused
 * too it is not the points, and a database that is not there, or another kind of server, refuses everything.
 */
const MAX_SUSPECTS = 10;

/** From here on a status says that the server is at fault, though it may be a point all the same. */
const SERVER_ERROR = 500;

/** What was refused is written when there is so much of it, at the latest. */
const SET_ASIDE_AT_A_TIME = 200;

/**
 * Sends what there is, batch by batch, and marks what the server has acknowledged. While batches are on their way
 * the next is made ready. Answers count in the order of the points: what comes after a batch that failed is sent
 * again, as the same points. A batch with a bad point in it is halved until that stands alone.
 *
 * @param batchSize points at most in a request; fewer when the server finds that too much
 * @param isStuck whether the first request is known to fail with 5xx: the newest point goes first, and if that is
 *   accepted an answer of 5xx is a refusal too, so that one bad point holds up nothing
 * @param onProgress called with how many were sent or set aside so far
 */
export async function deliver(
  points: Points,
  server: Server,
  { batchSize, isStuck }: { batchSize: number; isStuck: boolean },
  onProgress: (done: number) => void,
): Promise<Delivered> {
  return new Delivery(points, server, batchSize, onProgress).run(isStuck);
}

class Delivery {
  /** What goes next. */
  #ready: Point[] = [];
  #isAllReady = false;
  /** On their way, in the order of their points. */
  readonly #requests: { batch: readonly Point[]; isSecond: boolean; answer: Promise<Answer> }[] =
    [];
  #maxRequests = MAX_REQUESTS;
  #sent = 0;
  #setAside = 0;
  #waits = 0;
  /** Whether the server has accepted anything: then it is right about what it refuses. */
  #accepts = false;
  #suspects: Refusal[] = [];
  /** An answer of 5xx is a refusal: the server was seen to accept other points. */
  #suspectsServerErrors = false;
  #newest: Newest | undefined;
  /** Accepted and not marked yet: that goes with the next part that is made ready. */
  #unmarked: readonly Point[] = [];
  /** What was accepted out of turn, as long as its turn has not come. */
  #outOfTurn: Point | undefined;

  constructor(
    private readonly points: Points,
    private readonly server: Server,
    private batchSize: number,
    private readonly onProgress: (done: number) => void,
  ) {}

  async run(isStuck: boolean): Promise<Delivered> {
    let stop: Stop | undefined;
    await this.#makeReady(Math.min(FIRST_REQUEST, this.batchSize));
    if (isStuck && this.#ready.length > 0) {
      this.#accepts = (await this.#tryNewest())?.kind === 'acknowledged';
      this.#suspectsServerErrors = this.#accepts;
    }
    while (stop === undefined) {
      await this.#sendAhead();
      const first = this.#requests.shift();
      if (first === undefined) break;
      const answer = await first.answer;
      stop = await (first.isSecond && answer.kind === 'later' && answer.status !== undefined
        ? this.#resendAlone(first.batch)
        : this.#handleAnswer(first.batch, answer));
      // The next may be answered already, which says nothing of a server that has failed since.
      if (this.#requests.length > 0 && !this.#areProven()) stop ??= await this.#proveSuspects();
    }
    if (this.#areProven()) this.#setSuspectsAside();
    else stop ??= await this.#proveSuspects();
    this.#mark();
    // Where the run was stopped it waits still, and counts among those that are left.
    const isSentOutOfTurn = stop === undefined && this.#outOfTurn !== undefined;
    const sent = this.#sent + (isSentOutOfTurn ? 1 : 0);
    return { sent, setAside: this.#setAside, stop };
  }

  /** Sends what may be on its way, one request until the server has accepted any, and makes the next batch ready. */
  async #sendAhead(): Promise<void> {
    while (this.#ready.length > 0) {
      if (this.#requests.length >= (this.#accepts ? this.#maxRequests : 1)) return;
      const batch = this.#ready.splice(0, this.batchSize);
      const isSecond = this.#requests.length > 0;
      this.#requests.push({ batch, isSecond, answer: this.server.send(batch) });
      if (this.#ready.length === 0) await this.#makeReady(this.batchSize);
    }
  }

  /** A part at a time: a request that is on its way has to be looked after, before the first of them too. */
  async #makeReady(count: number): Promise<void> {
    while (!this.#isAllReady && this.#ready.length < count) {
      await setImmediate();
      const wanted = Math.min(PART, count - this.#ready.length);
      const part = this.points.next(wanted, this.#unmarked);
      this.#unmarked = [];
      this.#ready.push(...part);
      // That was all, and what comes in meanwhile is the next run's.
      this.#isAllReady = part.length < wanted;
    }
  }

  async #handleAnswer(batch: readonly Point[], answer: Answer): Promise<Stop | undefined> {
    switch (answer.kind) {
      case 'acknowledged':
        this.#accept(batch);
        return undefined;
      case 'too large':
        // One that was sent at the former size must not make it larger again.
        this.batchSize = Math.min(this.batchSize, Math.max(1, Math.floor(batch.length / 2)));
        return this.#split(batch, answer);
      case 'refused':
        return this.#isolate(batch, answer);
      case 'later':
        if (await this.#isWorthWaiting(answer)) return this.#resend(batch);
        return this.#suspectsServerErrors && isServerError(answer)
          ? this.#split(batch, { ...answer, kind: 'refused' })
          : answer;
      case 'misconfigured':
        return answer;
    }
  }

  /** A server may have no room for a second request; from here on it gets one at a time. */
  async #resendAlone(batch: readonly Point[]): Promise<Stop | undefined> {
    this.#maxRequests = 1;
    await Promise.all(this.#requests.map(({ answer }) => answer));
    return this.#resend(batch);
  }

  async #resend(batch: readonly Point[]): Promise<Stop | undefined> {
    return this.#handleAnswer(batch, await this.server.send(batch));
  }

  async #isWorthWaiting({ retryAfterMs }: Answer & { kind: 'later' }): Promise<boolean> {
    if (retryAfterMs === undefined || retryAfterMs > MAX_RETRY_AFTER_MS) return false;
    this.#waits += 1;
    return this.#waits <= MAX_WAITS && this.server.wait(retryAfterMs);
  }

  /** Without the lines that the server names as bad, and where it names none by halves. */
  async #isolate(
    batch: readonly Point[],
    answer: Answer & { kind: 'refused' },
  ): Promise<Stop | undefined> {
    const wordsOfBad = new Map(answer.badLines?.map(({ index, words }) => [index, words]));
    const others = batch.filter((_, index) => !wordsOfBad.has(index));
    if (others.length === batch.length) return this.#split(batch, answer);
    for (const [index, words] of wordsOfBad) {
      const point = batch[index];
      if (point === undefined) continue;
      const stop = await this.#suspect({ point, status: answer.status, words });
      if (stop !== undefined) return stop;
    }
    return others.length === 0 ? undefined : this.#resend(others);
  }

  async #split(
    batch: readonly Point[],
    answer: Answer & { kind: 'too large' | 'refused' },
  ): Promise<Stop | undefined> {
    const [first] = batch;
    if (first !== undefined && batch.length === 1) {
      return this.#suspect({ point: first, status: answer.status, words: answer.words });
    }
    const half = Math.ceil(batch.length / 2);
    const stop = await this.#resend(batch.slice(0, half));
    return stop ?? this.#resend(batch.slice(half));
  }

  async #suspect(refusal: Refusal): Promise<Stop | undefined> {
    this.#suspects.push(refusal);
    if (!this.#areProven() && this.#suspects.length >= MAX_SUSPECTS) return this.#proveSuspects();
    // The others with what is acknowledged next: a transaction each would take longer than the requests.
    if (this.#accepts && this.#suspects.length >= SET_ASIDE_AT_A_TIME) this.#setSuspectsAside();
    return undefined;
  }

  /** A server that answers 5xx may have failed since it accepted others. */
  #areProven(): boolean {
    return this.#accepts && !this.#suspects.some(isServerError);
  }

  /** Sets the suspects aside if the server accepts the newest point after it has refused them. */
  async #proveSuspects(): Promise<Stop | undefined> {
    if (this.#suspects.length === 0) return undefined;
    const answer = await this.#tryNewest();
    if (answer?.kind === 'later' || answer?.kind === 'misconfigured') return answer;
    if (answer?.kind !== 'acknowledged') return this.#everythingRefused();
    this.#accepts = true;
    this.#setSuspectsAside();
    return undefined;
  }

  /** Undefined where there is none but those that were refused just now. */
  async #tryNewest(): Promise<Answer | undefined> {
    this.#mark();
    this.#newest ??= this.points.newest();
    if (this.#newest === undefined) return undefined;
    const { point, isWaiting } = this.#newest;
    if (this.#suspects.some((suspect) => suspect.point.pointId === point.pointId)) return undefined;
    const answer = await this.server.send([point]);
    if (answer.kind !== 'acknowledged') return answer;
    if (isWaiting) this.#outOfTurn = point;
    this.#newest = { point, isWaiting: false };
    return answer;
  }

  #accept(batch: readonly Point[]): void {
    this.#accepts = true;
    // In this order: what is acknowledged must not pass a suspect that nobody would send again.
    this.#setSuspectsAside();
    this.#unmarked = [...this.#unmarked, ...batch];
    // Before much of what was made ready goes in small requests: a run that is killed would begin there again.
    if (this.#isAllReady || this.#unmarked.length > PART) this.#mark();
    this.#sent += batch.length;
    if (batch.some(({ pointId }) => pointId === this.#outOfTurn?.pointId)) {
      this.#outOfTurn = undefined;
    }
    this.onProgress(this.#sent + this.#setAside);
  }

  #mark(): void {
    if (this.#unmarked.length === 0) return;
    this.points.acknowledge(this.#unmarked);
    this.#unmarked = [];
  }

  #setSuspectsAside(): void {
    if (this.#suspects.length === 0) return;
    this.points.setAside(this.#suspects);
    this.#setAside += this.#suspects.length;
    this.#suspects = [];
    this.onProgress(this.#sent + this.#setAside);
  }

  #everythingRefused(): Stop {
    const { words = '', status } = this.#suspects.at(-1) ?? {};
    if (isServerError({ words, status })) {
      return { kind: 'later', words, status, retryAfterMs: undefined };
    }
    return {
      kind: 'misconfigured',
      words,
      hint: 'It refused every single record. Check the server, the database and the bucket',
    };
  }
}

/** Whether a status says that the server is at fault. */
export function isServerError<T extends { words: string; status?: number | undefined }>(
  answer: T,
): answer is T & { status: number } {
  return answer.status !== undefined && answer.status >= SERVER_ERROR;
}
