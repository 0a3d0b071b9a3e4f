import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LINGER_SECONDS, linkProgram, type Load, type LoadPlace, runCommand } from './load.js';

const THREADS = 4;

/** Its threads burn until the time is up; the first thread waits for them, and lives on. */
const BURNING_THREADS = `
const { Worker } = require('node:worker_threads');
const [threads, seconds, linger] = process.argv.slice(1).map(Number);
const burn = 'const end = Date.now() + ' + seconds * 1000 + '; while (Date.now() < end) Math.sqrt(end);';
for (let left = threads; left > 0; left--) new Worker(burn, { eval: true });
setTimeout(() => {}, (seconds + linger) * 1000);
`;

/** How many commands there are for each second that was asked for; most take less time than that. */
const COMMANDS_PER_SECOND = 100;

const SMALL_COMMANDS = `
left=$1
while [ "$left" -gt 0 ]; do
  case $((left % 4)) in
    0) expr "$left" + 1 ;;
    1) date ;;
    2) ls -l / ;;
    3) sha256sum /etc/passwd ;;
  esac
  left=$((left - 1))
done >/dev/null
sleep ${LINGER_SECONDS}
:
`;

/** A file takes some tenths of a second to compile. */
const FILES_PER_SECOND = 4;
const FUNCTIONS_PER_FILE = 40;
const HEADERS = ['stdio', 'stdlib', 'string', 'math', 'unistd', 'sys/socket', 'netinet/in'];

const MAKEFILE = `
all: $(patsubst %.c,%.o,$(wildcard *.c))
%.o: %.c
\tgcc -O2 -c -o $@ $<
`;

/** One process of the third user whose four threads burn as much as the machine gives them. */
export const threadsLoad: Load = {
  name: 'threads',
  programs: ['psbench-threads'],
  run: async (place) => {
    const { folder, seconds, users } = place;
    const path = await linkProgram(folder, 'psbench-threads', process.execPath);
    const numbers = [THREADS, seconds, LINGER_SECONDS].map(String);
    const command = [path, '-e', BURNING_THREADS, ...numbers];
    const { topPid, exit } = await runCommand(command, place, { user: users[2] });
    return { topPid, note: `${THREADS} threads for ${seconds} s, exit ${exit}` };
  },
};

/** A shell script of the third user that runs small commands, one after the other. */
export const commandsLoad: Load = {
  name: 'commands',
  programs: ['psbench-script'],
  run: async (place) => {
    const commands = Math.round(place.seconds * COMMANDS_PER_SECOND);
    const shell = await linkProgram(place.folder, 'psbench-script', '/bin/sh');
    const command = [shell, '-c', SMALL_COMMANDS, 'sh', String(commands)];
    const { topPid, exit } = await runCommand(command, place, { user: place.users[2] });
    return { topPid, note: `${commands} commands, exit ${exit}` };
  },
};

/**
 * The first user compiles small files, two at a time, in a shell that ends with the last of them; root's shell, which
 * has started it, waits for it, as a login does. Everything is recorded.
 */
export const makeLoad: Load = {
  name: 'make',
  programs: [],
  run: async (place) => {
    const [user] = place.users;
    const files = place.seconds * FILES_PER_SECOND;
    const cwd = await writeSources(place, files);
    const asUser = `setpriv --reuid=${user.uid} --regid=${user.name} --clear-groups`;
    const script = `${asUser} sh -c 'make --silent -j2; :'; :`;
    const { topPid, exit } = await runCommand(['sh', '-c', script], place, { cwd });
    return { topPid, note: `${files} files, exit ${exit}` };
  },
};

async function writeSources({ folder, users: [user] }: LoadPlace, files: number): Promise<string> {
  const sources = join(folder, 'sources');
  await mkdir(sources);
  await chown(sources, user.uid, -1);
  await writeFile(join(sources, 'Makefile'), MAKEFILE);
  for (let file = 0; file < files; file++) {
    await writeFile(join(sources, `file${file}.c`), makeSource(file));
  }
  return sources;
}

function makeSource(file: number): string {
  const includes = HEADERS.map((name) => `#include <${name}.h>`);
  const functions = Array.from(
    { length: FUNCTIONS_PER_FILE },
    (_, at) =>
      `int f${file}_${at}(int n) { int s = 0; for (int i = 0; i < n; i++) s += i * ${at}; return s; }`,
  );
  return [...includes, ...functions, ''].join('\n');
}
