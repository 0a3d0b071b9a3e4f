// Records every process of this machine for a while into a journal of its own, then prints today's report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RECORDING = '8s';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const journal = join(mkdtempSync(join(tmpdir(), 'psusage-demo-')), 'psusage.db');

async function psusage(...args) {
  const own = ['--journal', journal, '--config', '/dev/null'];
  const child = spawn(process.execPath, [cli, ...args, ...own], { stdio: 'inherit' });
  const [code] = await once(child, 'close');
  if (code !== 0) process.exit(code ?? 1);
}

console.log(`Recording every process of this machine for ${RECORDING} into ${journal}`);
await psusage('record', '--for', RECORDING, '--log-level', 'warn');
await psusage('report', '--day');
