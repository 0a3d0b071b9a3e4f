import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LINGER_SECONDS, LOAD_GRACE_SECONDS, type Load } from './load.js';
import { startProcess, untilExit } from './start-process.js';

/** What the script is called: a name that nothing else on the machine has. */
const PROGRAM = 'psbench-script';

/** How many commands there are for each second that was asked for; most take less time than that. */
const COMMANDS_PER_SECOND = 100;

const SOURCE = `
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

/** A shell script of the third user that runs small commands, one after the other. */
export const commandsLoad: Load = {
  name: 'commands',
  programs: [PROGRAM],
  run: async ({ folder, users: [, , user], cgroups, seconds, signal }) => {
    const commands = Math.round(seconds * COMMANDS_PER_SECOND);
    const shell = join(folder, PROGRAM);
    await symlink('/bin/sh', shell);
    const started = await startProcess([shell, '-c', SOURCE, 'sh', String(commands)], {
      cgroups,
      user,
      cwd: '/',
      limitSeconds: seconds + LOAD_GRACE_SECONDS,
    });
    const exits = await untilExit([started], signal);
    return { topPids: [started.pid], notes: [`${commands} commands, exit ${exits.join()}`] };
  },
};
