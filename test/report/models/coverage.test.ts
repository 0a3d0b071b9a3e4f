import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  measureCoverage,
  toRecordedSpans,
  averageVcpus,
} from '../../../src/report/models/coverage.js';
import { type ClockStep, type SampledRun, type SampleGap } from '../../../src/report/data/runs.js';
import { lengthMs, union } from '../../../src/report/models/spans.js';

const DAY = { fromMs: 0, toMs: 86_400_000 };
const LATER = 1e12;

/** Times are hours of the day; a fraction of an hour is one too. */
const h = (hours: number) => Math.round(hours * 3_600_000);

function run(from: number, to: number, fields: Partial<SampledRun> = {}): SampledRun {
  return {
    vcpus: 2,
    startedMs: h(from),
    lastTickMs: h(to),
    intervalMs: 1_000,
    endedMs: h(to),
    gaps: [],
    steps: [],
    ...fields,
  };
}

function gap(from: number, to: number, hours = to - from): SampleGap {
  return { fromMs: h(from), toMs: h(to), durationMs: h(hours), reason: 'suspended' };
}

const step = (before: number, after: number): ClockStep => ({
  beforeMs: h(before),
  afterMs: h(after),
});

/** Recorded spans in hours. */
function spansOf(sampled: SampledRun): number[][] {
  return union(toRecordedSpans(sampled, LATER)).map((span) => [
    span.fromMs / h(1),
    span.toMs / h(1),
  ]);
}

describe('coverage of a day', () => {
  it('is all of it when one run went on through it', () => {
    expect(measureCoverage([run(-5, 30)], DAY, LATER)).toEqual({
      elapsedMs: h(24),
      recordedMs: h(24),
      gaps: [],
      complete: true,
    });
  });

  it('lacks the time between two runs and the gaps within one', () => {
    const coverage = measureCoverage([run(-5, 10, { gaps: [gap(2, 3)] }), run(11, 30)], DAY, LATER);
    expect(coverage.gaps).toEqual([
      { fromMs: h(2), toMs: h(3) },
      { fromMs: h(10), toMs: h(11) },
    ]);
    expect(coverage.recordedMs).toBe(h(22));
    expect(coverage.complete).toBe(false);
  });

  it('counts two runs at once only once', () => {
    expect(measureCoverage([run(0, 12), run(6, 18)], DAY, LATER).recordedMs).toBe(h(18));
  });

  it('is one gap when nothing was recorded', () => {
    expect(measureCoverage([], DAY, LATER).gaps).toEqual([DAY]);
  });

  it('joins gaps that touch into one', () => {
    const coverage = measureCoverage([run(0, 24, { gaps: [gap(1, 2), gap(2, 3)] })], DAY, LATER);
    expect(coverage.gaps).toEqual([{ fromMs: h(1), toMs: h(3) }]);
  });

  it('of a day that is not over is judged up to now', () => {
    const alive = run(-1, 12, { endedMs: null });
    expect(measureCoverage([alive], DAY, h(12) + 24_000)).toMatchObject({
      elapsedMs: h(12) + 24_000,
      complete: true,
    });
  });

  it('takes a recorder for dead that has not ticked for 25 seconds', () => {
    const silent = run(-1, 12, { endedMs: null });
    expect(measureCoverage([silent], DAY, h(12) + 25_000).gaps).toEqual([
      { fromMs: h(12), toMs: h(12) + 25_000 },
    ]);
  });

  it('takes a recorder that samples each minute for dead after two minutes and a bit', () => {
    const slow = run(-1, 12, { endedMs: null, intervalMs: 60_000 });
    expect(measureCoverage([slow], DAY, h(12) + 134_999).complete).toBe(true);
    expect(measureCoverage([slow], DAY, h(12) + 135_000).complete).toBe(false);
  });

  it('does not take a recorder that has ended for alive', () => {
    expect(measureCoverage([run(-1, 12)], DAY, h(12) + 1_000).complete).toBe(false);
  });

  it('lacks what a damaged journal has lost, wherever that stands among the gaps and clock steps', () => {
    const damaged: SampleGap = { ...gap(4, 5), reason: 'damaged' };
    const other = run(0, 7, { gaps: [gap(8, 9), damaged], steps: [step(12, 3)] });
    expect(spansOf(other)).toEqual([
      [0, 4],
      [5, 8],
      [9, 12],
    ]);
  });

  it('is complete in the first moment of a day', () => {
    expect(measureCoverage([], DAY, 0)).toEqual({
      elapsedMs: 0,
      recordedMs: 0,
      gaps: [],
      complete: true,
    });
  });
});

describe('a clock that is set', () => {
  it('forward leaves the skipped time unrecorded', () => {
    expect(spansOf(run(1, 9, { steps: [step(4, 6)] }))).toEqual([
      [1, 4],
      [6, 9],
    ]);
  });

  it('back records the same time twice, which counts once', () => {
    expect(spansOf(run(1, 5, { steps: [step(4, 2)] }))).toEqual([[1, 5]]);
  });

  it('from the future leaves there what was recorded there', () => {
    expect(spansOf(run(100, 5, { steps: [step(101, 3)] }))).toEqual([
      [3, 5],
      [100, 101],
    ]);
  });

  it('back and into a gap after that does not fill the gap', () => {
    const sampled = run(8, 12, { gaps: [gap(9.5, 11)], steps: [step(10, 9)] });
    expect(spansOf(sampled)).toEqual([
      [8, 10],
      [11, 12],
    ]);
  });

  it.each([
    ['the old clock', gap(4, 5)],
    ['the new clock', gap(4, 3, 1)],
  ])('back at the end of a gap ends the gap, its end told by %s', (_, within) => {
    const sampled = run(2.5, 3.5, { gaps: [within], steps: [step(5, 3)] });
    expect(spansOf(sampled)).toEqual([[2.5, 4]]);
    expect(toRecordedSpans(sampled, LATER)).toEqual([
      { fromMs: h(2.5), toMs: h(4) },
      { fromMs: h(3), toMs: h(3.5) },
    ]);
  });

  it('forward in the middle of a gap moves the end of the gap', () => {
    const sampled = run(1, 12, { gaps: [gap(4, 8, 2)], steps: [step(5, 7)] });
    expect(spansOf(sampled)).toEqual([
      [1, 4],
      [8, 12],
    ]);
  });

  it('several times is followed from one to the next', () => {
    const sampled = run(1, 7, {
      gaps: [gap(2, 2.5), gap(6, 6.5)],
      steps: [step(3, 5), step(5.5, 5.75)],
    });
    expect(spansOf(sampled)).toEqual([
      [1, 2],
      [2.5, 3],
      [5, 5.5],
      [5.75, 6],
      [6.5, 7],
    ]);
  });
});

describe('vCPUs', () => {
  it('are weighted by the time recorded with them', () => {
    const runs = [run(0, 6, { vcpus: 2 }), run(6, 24, { vcpus: 4 })];
    expect(averageVcpus(runs, DAY, LATER)).toBe(3.5);
  });

  it('are those of the recorded part alone', () => {
    expect(averageVcpus([run(3, 4, { vcpus: 8 })], DAY, LATER)).toBe(8);
  });

  it('are not known where nothing was recorded', () => {
    expect(averageVcpus([run(30, 40)], DAY, LATER)).toBeNull();
  });
});

describe('whatever runs, gaps and steps there are', () => {
  const hours = fc.double({ min: -12, max: 36, noNaN: true });
  const gaps = fc.array(
    fc.record({
      fromMs: hours.map(h),
      toMs: hours.map(h),
      durationMs: fc.integer({ min: 1, max: h(5) }),
      reason: fc.constant('late' as const),
    }),
    { maxLength: 4 },
  );
  const steps = fc.array(fc.record({ beforeMs: hours.map(h), afterMs: hours.map(h) }), {
    maxLength: 3,
  });
  const anyRun: fc.Arbitrary<SampledRun> = fc.record({
    vcpus: fc.integer({ min: 1, max: 64 }),
    startedMs: hours.map(h),
    lastTickMs: hours.map(h),
    intervalMs: fc.integer({ min: 100, max: 60_000 }),
    endedMs: fc.option(hours.map(h)),
    gaps,
    steps,
  });
  const anyRuns = fc.array(anyRun, { maxLength: 5 });

  it('covers no more than was asked for, and recorded and gaps are what was asked for', () => {
    fc.assert(
      fc.property(anyRuns, hours.map(h), (runs, nowMs) => {
        const { elapsedMs, recordedMs, gaps: holes, complete } = measureCoverage(runs, DAY, nowMs);
        expect(elapsedMs).toBe(Math.min(Math.max(nowMs, 0), DAY.toMs));
        expect(recordedMs).toBeGreaterThanOrEqual(0);
        expect(recordedMs + lengthMs(holes)).toBe(elapsedMs);
        expect(complete).toBe(recordedMs === elapsedMs);
        expect(union(holes)).toEqual(holes);
      }),
    );
  });

  it('covers no less with one run more', () => {
    fc.assert(
      fc.property(anyRuns, anyRun, (runs, another) => {
        expect(measureCoverage([...runs, another], DAY, LATER).recordedMs).toBeGreaterThanOrEqual(
          measureCoverage(runs, DAY, LATER).recordedMs,
        );
      }),
    );
  });

  it('has as many vCPUs as some run at least and some run at most', () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const vcpus = averageVcpus(runs, DAY, LATER);
        if (vcpus === null) return;
        const all = runs.map((each) => each.vcpus);
        expect(vcpus).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
        expect(vcpus).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
      }),
    );
  });

  it('follows a history that really happened', () => {
    fc.assert(fc.property(anyHistory(), followsHistory));
  });
});

type Episode = { kind: 'ticks' | 'gap'; durationMs: number } | { kind: 'step'; byMs: number };

function anyHistory(): fc.Arbitrary<Episode[]> {
  const durationMs = fc.integer({ min: 5_000, max: h(3) });
  return fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('ticks' as const, 'gap' as const), durationMs }),
      fc.record({
        kind: fc.constant('step' as const),
        byMs: fc.integer({ min: 2_000, max: h(2) }),
      }),
    ),
    { minLength: 1, maxLength: 8 },
  );
}

/** Writes down what a recorder would of a history whose clock only goes forward, and compares. */
function followsHistory(history: Episode[]): void {
  let atMs = 0;
  const truth = [];
  const gaps: SampleGap[] = [];
  const steps: ClockStep[] = [];
  let wasGap = false;
  for (const episode of history) {
    const fromMs = atMs;
    if (episode.kind === 'step') {
      atMs += episode.byMs;
      steps.push({ beforeMs: fromMs, afterMs: atMs });
      continue;
    }
    atMs += episode.durationMs;
    if (episode.kind === 'ticks') {
      truth.push({ fromMs, toMs: atMs });
    } else if (!wasGap) {
      gaps.push({ fromMs, toMs: atMs, durationMs: episode.durationMs, reason: 'late' });
    } else {
      // Two gaps on end with a step between would be one gap of the recorder.
      truth.push({ fromMs, toMs: atMs });
    }
    wasGap = episode.kind === 'gap';
  }
  const ticks = { startedMs: 0, lastTickMs: atMs, endedMs: atMs, intervalMs: 1_000 };
  const sampled = { vcpus: 1, ...ticks, gaps, steps };
  expect(union(toRecordedSpans(sampled, LATER))).toEqual(union(truth));
}
