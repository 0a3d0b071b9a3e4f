import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../../source.js';

const SOURCE = sourceUrl('shared/journal/');

/** A user of every Linux system who owns no file: `nobody`. */
export const NOBODY = 65_534;

const PREAMBLE = `
import { closeJournal, openJournal } from '${SOURCE}open.ts';
import { openJournalReadOnly } from '${SOURCE}open-read-only.ts';
import { lockJournal } from '${SOURCE}lock.ts';
const path = process.env.JOURNAL;
const say = (text) => process.stdout.write(text + '\\n');
const stdin = process.stdin[Symbol.asyncIterator]();
const told = () => stdin.next();
`;

export interface OtherProcess {
  child: ChildProcess;
  /** Waits until it has said this line; fails when it ends before. */
  hasSaid(line: string): Promise<void>;
  /** Lets it go on after `await told()`. */
  tell(): void;
  /** Everything it said, once it has ended. */
  allSaid: Promise<string>;
}

/**
 * Runs a piece of JavaScript on the journal at `path` in a process of its own. The piece has the
 * journal's functions, `path`, `say(line)` and `await told()`.
 */
export function otherProcess(path: string, piece: string, uid?: number): OtherProcess {
  const child = spawn(process.execPath, [...EVALUATE, PREAMBLE + piece], {
    env: { ...EVALUATE_ENV, JOURNAL: path },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close').then(() => 'ended' as const);
  const hasSaid = async (line: string) => {
    while (!said.split('\n').includes(line)) {
      const next = once(child.stdout, 'data').then(() => 'more' as const);
      if ((await Promise.race([next, ended])) === 'ended' && !said.split('\n').includes(line)) {
        throw new Error(`it ended without saying '${line}': ${said}`);
      }
    }
  };
  return { child, hasSaid, tell: () => child.stdin.write('\n'), allSaid: ended.then(() => said) };
}

/** Only root can become another user, who must then be able to enter the folders of the program. */
export function canBecomeNobody(): boolean {
  if (process.getuid?.() !== 0) return false;
  const parts = fileURLToPath(SOURCE).split('/').filter(Boolean);
  const folders = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  return folders.every((folder) => (statSync(folder).mode & 0o005) === 0o005);
}
