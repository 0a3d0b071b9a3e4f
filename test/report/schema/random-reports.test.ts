import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ONE_VCPU } from '../../../src/report/models/budgets.js';
import { toJson } from '../../../src/report/formats/json.js';
import type { RecorderRun } from '../../../src/report/data/runs.js';
import type { KeyUsage } from '../../../src/report/data/usage.js';
import { summariseDay } from '../../../src/report/models/journal-day.js';
import { dayView } from '../../../src/report/views/day.js';
import { listHourStarts, toPeriod } from '../../../src/shared/days.js';
import { anyCharacter } from '../../builders/any-character.js';
import { strictErrorsOf } from './schemas.js';

const PERIOD = toPeriod('2026-03-29', '2026-03-29', 'Europe/Ljubljana');
const MS_PER_DAY = 86_400_000;

const anyName = fc.string({ unit: anyCharacter });
const anyMoment = fc.integer({
  min: PERIOD.fromMs - MS_PER_DAY,
  max: PERIOD.toMs + MS_PER_DAY,
});

const anyRun: fc.Arbitrary<RecorderRun> = fc
  .record({ startedMs: anyMoment, durationMs: fc.nat(MS_PER_DAY), isOver: fc.boolean() })
  .chain(({ startedMs, durationMs, isOver }) =>
    fc.record({
      host: anyName,
      version: fc.constant('0.1.0'),
      vcpus: fc.integer({ min: 1, max: 64 }),
      programs: fc.array(anyName, { maxLength: 2 }),
      users: fc.array(anyName, { maxLength: 2 }),
      forks: fc.boolean(),
      visibility: fc.constantFrom('all' as const, 'own' as const),
      precision: fc.constantFrom('cuu' as const, 'pcpu' as const),
      areAgesKnown: fc.boolean(),
      areUsersUnmapped: fc.boolean(),
      intervalMs: fc.constant(1_000),
      startedMs: fc.constant(startedMs),
      lastTickMs: fc.constant(startedMs + durationMs),
      endedMs: fc.constant(isOver ? startedMs + durationMs : null),
      endReason: fc.constant(isOver ? ('stopped' as const) : null),
      gaps: fc.constant([]),
      steps: fc.constant([]),
    }),
  );

const anyUsage: fc.Arbitrary<KeyUsage[]> = fc.uniqueArray(
  fc.record({
    id: fc.nat(),
    uid: fc.nat(),
    name: anyName,
    cpuMs: fc.nat(1e12),
    unseenCpuMs: fc.nat(1_000),
    uncertainMs: fc.nat(1_000),
    started: fc.nat(1e6),
    takenOver: fc.nat(1e6),
  }),
  { selector: (usage) => usage.id, maxLength: 10 },
);

it('a report is a document of its schema, whatever was recorded', () => {
  fc.assert(
    fc.property(
      fc.record({
        by: fc.constantFrom(
          'user' as const,
          'program' as const,
          'command' as const,
          'host' as const,
        ),
        nowMs: anyMoment,
        top: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        host: anyName,
      }),
      fc.array(anyRun, { maxLength: 3 }),
      anyUsage,
      fc.nat(1e9),
      (asked, runs, usage, recorderCpuMs) => {
        const budgets = { others: ONE_VCPU, own: [] };
        const report = summariseDay(
          {
            runs,
            usage,
            entered: new Map(),
            clock: { countedTwice: new Map(), total: 0 },
            living: new Map(),
            kernelPrograms: new Set(),
            recorderCpuMs,
            unrecorded: [],
            sampled: PERIOD,
          },
          { ...asked, period: PERIOD, sort: 'credits', budgets },
        );
        const usageByHour = listHourStarts(PERIOD).map((fromMs) => ({
          fromMs,
          cpuMs: new Map(usage.map(({ id, cpuMs }) => [id, cpuMs])),
        }));
        const document: unknown = JSON.parse(
          toJson(dayView({ ...report, usageByHour, busiestHour: null, nearest: {} }, false)),
        );
        expect(strictErrorsOf('report', document)).toEqual([]);
      },
    ),
  );
});
