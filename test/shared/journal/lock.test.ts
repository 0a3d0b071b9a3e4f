import { chownSync, existsSync, lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockJournal, tryLock } from '../../../src/shared/journal/lock.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { failure } from './failure.js';
import { canBecomeNobody, NOBODY, otherProcess, type OtherProcess } from './other-process.js';

function newPath(): string {
  return join(temporaryFolder(), 'psusage.db');
}

/** A process that holds the lock until it is told to release it. */
async function holder(path: string): Promise<OtherProcess> {
  const process = otherProcess(
    path,
    `const lock = lockJournal(path, () => undefined);
     say('holds');
     await told();
     lock.release();
     say('released');
     await told();
     process.exit();`,
  );
  await process.hasSaid('holds');
  return process;
}

test('refuses a second recorder while the first runs, and says its pid', async () => {
  const path = newPath();
  const first = await holder(path);
  const pid = first.child.pid ?? 0;
  expect(() => lockJournal(path, () => pid)).toThrow(
    failure({
      code: 'LOCKED',
      message: `${path} is already recorded by pid ${pid}`,
      hint: expect.stringContaining('--journal') as string,
    }),
  );
  first.child.kill('SIGKILL');
  await first.allSaid;
});

test('refuses a second recorder also before the first has said its pid', () => {
  const path = newPath();
  const lock = lockJournal(path, () => undefined);
  expect(() => lockJournal(path, () => undefined)).toThrow(
    `${path} is already recorded by a recorder that is just starting`,
  );
  lock.release();
});

test('is free again once its holder has released it', async () => {
  const path = newPath();
  const first = await holder(path);
  first.tell();
  await first.hasSaid('released');
  lockJournal(path, () => 0).release();
  first.tell();
  await first.allSaid;
});

test('is free again once its holder was killed', async () => {
  const path = newPath();
  const first = await holder(path);
  first.child.kill('SIGKILL');
  await first.allSaid;
  lockJournal(path, () => 0).release();
});

test('of processes that want it at the same time exactly one gets it', async () => {
  const path = newPath();
  const wanting = Array.from({ length: 4 }, () =>
    otherProcess(
      path,
      `say('ready');
       await told();
       try { lockJournal(path, () => undefined); say('holds') } catch (error) { say(error.code) }
       await told();
       process.exit();`,
    ),
  );
  await Promise.all(wanting.map((each) => each.hasSaid('ready')));
  for (const each of wanting) each.tell();
  await Promise.all(
    wanting.map((each) => Promise.any([each.hasSaid('holds'), each.hasSaid('LOCKED')])),
  );
  for (const each of wanting) each.tell();
  const said = await Promise.all(wanting.map((each) => each.allSaid));
  expect(said.map((text) => text.split('\n')[1]).sort()).toEqual([
    'LOCKED',
    'LOCKED',
    'LOCKED',
    'holds',
  ]);
});

test('keeps no one from opening the journal, and the journal’s writer from nothing', () => {
  const path = newPath();
  const lock = lockJournal(path, () => undefined);
  const db = openJournal(path, 0);
  db.exec("INSERT INTO user (user_id, uid, name) VALUES (1, 1, 'a')");
  closeJournal(db);
  lock.release();
  expect(statSync(`${path}-lock`).size).toBe(0);
});

test('tells another failure from a lock that is held', () => {
  const path = newPath();
  writeFileSync(`${path}-lock`, 'a text that is longer than the header of a database '.repeat(100));
  expect(() => lockJournal(path, () => 1)).toThrow(failure({ code: 'SQLITE_NOTADB' }));
});

test('makes no file where a link points', () => {
  const path = newPath();
  const elsewhere = join(temporaryFolder(), 'elsewhere');
  symlinkSync(elsewhere, `${path}-ship-lock`);
  expect(() => tryLock(path, 'ship')).toThrow(failure({ code: 'SQLITE_CANTOPEN' }));
  expect(existsSync(elsewhere)).toBe(false);
});

test.runIf(canBecomeNobody())(
  'root gives a lock to the owner of the journal, and nothing that a link points to (needs root, and a checkout that others may enter)',
  () => {
    const path = newPath();
    writeFileSync(path, '');
    chownSync(path, NOBODY, NOBODY);
    tryLock(path, 'prune')?.release();
    expect(statSync(`${path}-prune-lock`)).toMatchObject({ uid: NOBODY, gid: NOBODY });
    const ofRoot = join(temporaryFolder(), 'of-root');
    writeFileSync(ofRoot, '');
    symlinkSync(ofRoot, `${path}-ship-lock`);
    tryLock(path, 'ship')?.release();
    expect(lstatSync(`${path}-ship-lock`).uid).toBe(NOBODY);
    expect(statSync(ofRoot).uid).toBe(0);
  },
);
