import { describe, expect, it } from 'vitest';
import { startCli } from '../../cli.js';

const DAY = ['--day', '2026-03-29', '--tz', 'UTC'];

/** With a journal and a server that are not there: nobody may look for them. */
async function report(args: string[]) {
  const run = startCli(['report', '--journal', '/nowhere/psusage.db', ...DAY, ...args], {
    PSUSAGE_CONFIG: '/dev/null',
    PSUSAGE_SOURCE: 'influx',
    PSUSAGE_INFLUX_URL: 'http://127.0.0.1:9',
    PSUSAGE_INFLUX_DATABASE: 'psusage',
    PSUSAGE_INFLUX_USERNAME: 'admin',
    PSUSAGE_INFLUX_PASSWORD: 's3cr3t',
  });
  const status = await run.ended;
  return { status, stdout: run.stdout(), stderr: run.stderr() };
}

describe('psusage report --source influx, without a server', () => {
  it.each([
    [
      ['--by', 'command'],
      '--by command has no effect with --source influx',
      'by user, program or host',
    ],
    [['--day', 'tomorow'], "'tomorow' is not a day", 'write today'],
    [['--url', ''], 'no server is given', '--url'],
  ])('exits with 2 for %j', async (args, message, hint) => {
    const { status, stdout, stderr } = await report(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`psusage: ${message}`);
    expect(stderr).toMatch(new RegExp(`^hint: .*${hint}`, 'm'));
  });

  it('exits with 1 where there is no server', async () => {
    const { status, stderr } = await report([]);
    expect(status).toBe(1);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('hint: Check that the server is running');
  });

  it('warns of a password that goes over a network as it is', async () => {
    const { stderr } = await report(['--url', 'http://0.0.0.0:9']);
    expect(stderr).toContain('psusage: the password is sent unencrypted to http://0.0.0.0:9');
  });

  it('is in the help, with its options apart', async () => {
    const { status, stdout } = await report(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('psusage report --source influx');
    expect(stdout).toMatch(/All machines that ship to one server:\n +--source[^]*\n +--server/);
  });
});
