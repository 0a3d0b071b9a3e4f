import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { between } from '../loads/random.js';
import type { Fault } from './fault.js';
import { newFolder, underLoad } from './scene.js';

const LOCKED_MS = { low: 1_000, high: 6_000 };
const LOCKS = 3;

/** Another program takes the journal for itself, several times. */
export const locked: Fault = {
  name: 'locked',
  done: 'another program holds the journal locked for some seconds, three times',
  run: async (drill) => {
    const folder = await newFolder(drill);
    return underLoad(drill, { folder, mostMissing: 0.02 }, async ({ journal }) => {
      for (let n = 0; n < LOCKS; n++) {
        const intruder = new Database(journal, { timeout: 5_000 });
        intruder.exec('BEGIN EXCLUSIVE');
        await sleep(between(drill.random, LOCKED_MS.low, LOCKED_MS.high));
        intruder.exec('ROLLBACK');
        intruder.close();
        await sleep(between(drill.random, 200, 2_000), undefined, { signal: drill.signal });
      }
    });
  },
};
