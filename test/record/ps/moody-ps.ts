import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a ps that is not itself does; the rest of a script that has not ended by then is the real ps. */
const MOODS = {
  well: ':',
  missing: 'exit 127',
  fails: 'echo "error: something" >&2; exit 1',
  slow: 'sleep 0.7',
  hang: 'exec sleep 60',
  rubbish: "echo '<html>'; exit 0",
  cut: '/bin/ps "$@" | head -c 300; exit 0',
  'cut between lines': '/bin/ps "$@" | head -n -2; exit 0',
  empty: 'exit 0',
  'with other columns': 'exec /bin/ps aux',
  // The parent of this script keeps a list from looking as if it were cut.
  'omits half': `/bin/ps "$@" | awk -v helper=$PPID -v seed=$$ 'BEGIN { srand(seed) } $1 == helper || $2 == helper || rand() < 0.5'; exit 0`,
} as const;

export type Mood = keyof typeof MOODS;

export const EVERY_MOOD = Object.keys(MOODS).filter((each): each is Mood => each in MOODS);

/**
 * Puts a ps into a folder, to be found first on a PATH, that does what it was told last: what the real
 * one does, until it is told something else.
 */
export function moodyPs(folder: string): (mood: Mood) => void {
  const told = join(folder, 'mood');
  const cases = EVERY_MOOD.map((mood) => `  '${mood}') ${MOODS[mood]} ;;`);
  const script = [
    '#!/bin/sh',
    `case $(cat '${told}') in`,
    ...cases,
    'esac',
    'exec /bin/ps "$@"',
    '',
  ];
  writeFileSync(join(folder, 'ps'), script.join('\n'), { mode: 0o755 });
  const tell = (mood: Mood): void => {
    writeFileSync(told, mood);
  };
  tell('well');
  return tell;
}
