import { expect, test } from 'vitest';
import { detectColumns, detectVisibility } from '../../../src/record/ps/prepare.js';
import { PsRunner, queryPs } from '../../../src/record/ps/run.js';
import { fakePs } from './fake-ps.js';

const TIMEOUT_MS = 10_000;
const realPs = new PsRunner({ timeoutMs: TIMEOUT_MS });

function ps(script: string, timeoutMs = TIMEOUT_MS): PsRunner {
  return new PsRunner({ command: fakePs(script), timeoutMs });
}

/** Refuses the columns that came with procps 4, as procps 3.3 does. */
const PROCPS_3 = `
case "$*" in *cuu*) echo 'error: unknown user-defined format specifier "cuu"' >&2; exit 1;; esac
exec ps "$@"`;

test('finds the exact columns in procps 4', async () => {
  const { stdout: version } = await realPs.run(['--version']);
  const { precision } = await detectColumns(realPs, process.pid);
  expect(precision).toBe(version.includes('procps-ng 3.') ? 'pcpu' : 'cuu');
});

test('falls back to pcpu in a ps that lacks cuu', async () => {
  const columns = await detectColumns(ps(PROCPS_3), process.pid);
  expect(columns.precision).toBe('pcpu');
  const { samples } = await queryPs(ps(PROCPS_3), columns, 'everything');
  expect(samples.get(process.pid)).toMatchObject({ ppid: process.ppid, exact: null });
});

test.each([
  ['refuses its options', 'echo "ps: unrecognized option: w" >&2; exit 1', 'unrecognized option'],
  ['prints something else', 'echo "PID   USER     TIME  COMMAND"', 'is not a process'],
  ['does not know the process that queries it', 'echo', 'is not a process'],
])('tells which ps to install in place of one that %s', async (_, script, why) => {
  const detected = detectColumns(ps(script), process.pid);
  await expect(detected).rejects.toMatchObject({
    code: 'PS_UNFIT',
    message: expect.stringContaining(why) as string,
    hint: expect.stringMatching(/^install procps/) as string,
  });
});

test('does not take a ps that is slow for one that lacks columns', async () => {
  const slow = ps('case "$*" in *cuu*) sleep 15;; esac; exec ps "$@"', 500);
  await expect(detectColumns(slow, process.pid)).rejects.toMatchObject({ code: 'PS_TIMEOUT' });
});

test('tells that there is no ps', async () => {
  const missing = new PsRunner({ command: '/nonexistent/ps', timeoutMs: TIMEOUT_MS });
  await expect(detectColumns(missing, process.pid)).rejects.toMatchObject({ code: 'PS_MISSING' });
});

test('tells whether other users’ processes can be seen', async () => {
  const columns = await detectColumns(realPs, process.pid);
  expect(await detectVisibility(realPs, columns)).toBe('all');
  // Where the kernel hides process 1, ps prints nothing and fails.
  expect(await detectVisibility(ps('exit 1'), columns)).toBe('own');
});
