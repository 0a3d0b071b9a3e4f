import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../temporary-folder.js';

/** Takes each message as the manager does, and drops the descriptor of the one that asks for an answer. */
const LISTENER = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print('listening', flush=True)
log = open(sys.argv[2], 'a')
while True:
    log.write(listener.recv(65536).decode() + '\\n--\\n')
    log.flush()
`;

export interface NotifySocket {
  path: string;
  /** Each message's lines, in the order of their arrival. */
  messages: () => string[][];
  stop: () => void;
}

/** A stand-in for the socket on which a service manager listens to its services. */
export async function listenAsManager(): Promise<NotifySocket> {
  const folder = temporaryFolder();
  const path = join(folder, 'notify');
  const log = join(folder, 'messages');
  writeFileSync(log, '');
  const child: ChildProcess = spawn('python3', ['-c', LISTENER, path, log], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return {
    path,
    messages: () =>
      readFileSync(log, 'utf8')
        .split('\n--\n')
        .map((text) => text.split('\n').filter((line) => line !== ''))
        .filter((lines) => lines.length > 0 && !lines.includes('BARRIER=1')),
    stop: () => {
      child.kill();
    },
  };
}
