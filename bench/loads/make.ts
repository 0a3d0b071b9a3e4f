import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOAD_GRACE_SECONDS, type Load, type LoadPlace } from './load.js';
import { startProcess, untilExit } from './start-process.js';

/** A file takes some tenths of a second. */
const FILES_PER_SECOND = 4;

const HEADERS = ['stdio', 'stdlib', 'string', 'math', 'unistd', 'sys/socket', 'netinet/in'];
const FUNCTIONS_PER_FILE = 40;

const MAKEFILE = `
all: $(patsubst %.c,%.o,$(wildcard *.c))
%.o: %.c
\tgcc -O2 -c -o $@ $<
`;

/**
 * The first user compiles small files, two at a time, in a shell that ends with the last of them; root's shell, which
 * has started it, waits for it, as a login does. Everything is recorded.
 */
export const makeLoad: Load = {
  name: 'make',
  programs: [],
  run: async (place) => {
    const { cgroups, signal, seconds, users } = place;
    const [user] = users;
    const files = seconds * FILES_PER_SECOND;
    const folder = await writeSources(place, files);
    const asUser = `setpriv --reuid=${user.uid} --regid=${user.name} --clear-groups`;
    const script = `${asUser} sh -c 'make --silent -j2; :'; :`;
    const started = await startProcess(['sh', '-c', script], {
      cgroups,
      cwd: folder,
      limitSeconds: seconds + LOAD_GRACE_SECONDS,
    });
    const exits = await untilExit([started], signal);
    return { topPids: [started.pid], notes: [`${files} files, exit ${exits.join()}`] };
  },
};

async function writeSources({ folder, users: [user] }: LoadPlace, files: number): Promise<string> {
  const sources = join(folder, 'sources');
  await mkdir(sources);
  await chown(sources, user.uid, -1);
  await writeFile(join(sources, 'Makefile'), MAKEFILE);
  for (let file = 0; file < files; file++) {
    await writeFile(join(sources, `file${file}.c`), sourceOf(file));
  }
  return sources;
}

function sourceOf(file: number): string {
  const includes = HEADERS.map((name) => `#include <${name}.h>`);
  const functions = Array.from(
    { length: FUNCTIONS_PER_FILE },
    (_, at) =>
      `int f${file}_${at}(int n) { int s = 0; for (int i = 0; i < n; i++) s += i * ${at}; return s; }`,
  );
  return [...includes, ...functions, ''].join('\n');
}
