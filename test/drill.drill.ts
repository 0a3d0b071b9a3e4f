import { expect, test } from 'vitest';
import { type Fault, runFault } from '../bench/drill/fault.js';
import { firstStart } from '../bench/drill/first-start.js';
import { kills } from '../bench/drill/kills.js';
import { storm } from '../bench/drill/ps-faults.js';
import { EVERY_MOOD } from './record/ps/moody-ps.js';

const LIMIT_MS = 180_000;

const QUICK = { kills: 12, minutes: 0, progress: () => undefined };

/** A new one each time, told when something breaks: the drill repeats it. */
const seed = Date.now() % 100_000;

/** A ps that hangs is killed after ten seconds only, and one that leaves something out is believed. */
const SHORT_MOODS = EVERY_MOOD.filter((each) => each !== 'hang' && each !== 'omits half');

const shortStorm: Fault = {
  name: 'short-storm',
  done: 'ps fails in every way that takes no time',
  run: (drill) => storm(drill, SHORT_MOODS, 8),
};

test.each([kills, firstStart, shortStorm])(
  'what must always hold does: $done',
  async (fault) => {
    const outcome = await runFault(fault, { ...QUICK, seed });
    expect(outcome, `seed ${seed}`).toMatchObject({ breaches: [] });
  },
  LIMIT_MS,
);
