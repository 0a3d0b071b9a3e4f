import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldName, programName } from '../../../src/record/tracker/program-name.js';
import { UsageError } from '../../../src/shared/errors.js';

function matches(program: string, comm: string): boolean {
  return programName(program).matches(comm);
}

test.each([
  ['a) b (c', 'a) b (c', 'brackets'],
  ['php-fpm', 'php-fpm', 'the same name'],
  ['php-fpm', 'php-fpm8.2', 'a version at its end'],
  ['php-fpm', 'php-fpm-8.2', 'a version after a dash'],
  ['python', 'python3', 'a version of one number'],
  ['python', 'python3.11', 'a version of two numbers'],
  ['python3', 'python3.11', 'the rest of a version'],
  ['java', 'java-17.0.2', 'a version of three numbers'],
  ['systemd-journald', 'systemd-journal', 'a name of 16 characters, cut to 15'],
  ['prometheus-node-exporter', 'prometheus-node', 'a longer name, cut to 15'],
  ['some-program-1', 'some-program-12', 'a name and its version that are 15 together'],
  ['some-program', 'some-program8.1', 'a version that may have been cut after a digit'],
  ['some-program-', 'some-program-8.', 'a version that was cut after its dot'],
  ['some-program-x', 'some-program-x-', 'a version that was cut after its dash'],
  ['-bash', '-bash', 'a name that looks like an option'],
  ['--help', '--help', 'another one'],
  ['a) b', 'a) b', 'blanks and brackets'],
])('%s matches %s: %s', (program, comm) => {
  expect(matches(program, comm)).toBe(true);
});

test.each([
  ['php-fpm', 'PHP-FPM', 'case counts'],
  ['php-fpm', 'php-fpm-exporter', 'another program that begins alike'],
  ['php-fpm', 'php-fpm_exporter', 'another program that begins alike'],
  ['php-fpm', 'xphp-fpm', 'a name that ends alike'],
  ['php-fpm', 'php', 'a shorter name'],
  ['php-fpm8.2', 'php-fpm', 'the wanted version is missing'],
  ['php-fpm8.2', 'php-fpm8.3', 'another version'],
  ['python', 'python3.11-config', 'more after a version'],
  ['python', 'python3.', 'a dot at the end of a name that was not cut'],
  ['python', 'python-', 'a dash at the end of a name that was not cut'],
  ['prometheus-node-exporter', 'prometheus-nod', 'shorter than the cut'],
  ['prometheus-node', 'prometheus-nodx', 'another name of 15 characters'],
  ['php.fpm', 'php-fpm', 'a dot is a dot'],
  ['', 'x', 'an empty name'],
])('%j does not match %s: %s', (program, comm) => {
  expect(() => matches(program, comm)).not.toThrow(TypeError);
  if (program !== '') expect(matches(program, comm)).toBe(false);
});

test('no version makes a name match that does not begin with the program', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z-]{1,20}$/),
      fc.stringMatching(/^.{0,15}$/),
      (program, comm) => {
        fc.pre(!comm.startsWith(program) && !program.startsWith(comm));
        expect(matches(program, comm)).toBe(false);
      },
    ),
  );
});

test('every name is found with every version that fits, and when the kernel cuts both', () => {
  const anyName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z_-]{0,18}[a-zA-Z_]$/);
  const anyVersion = fc
    .array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 3 })
    .map((numbers) => numbers.join('.'));
  fc.assert(
    fc.property(anyName, anyVersion, fc.constantFrom('', '-'), (name, version, dash) => {
      expect(matches(name, (name + dash + version).slice(0, 15))).toBe(true);
    }),
  );
});

test.each([
  ['/usr/sbin/php-fpm8.2', 'psusage record php-fpm8.2'],
  ['/usr/bin/*', 'psusage record *'],
])('refuses the path %s and tells what to write', (program, hint) => {
  expect(() => programName(program)).toThrow(UsageError);
  expect(() => programName(program)).toThrow(expect.objectContaining({ hint }) as Error);
});

test.each(['', ' ', 'a\nb', '[z-a]'])('refuses %j, which no process can be called', (program) => {
  expect(() => programName(program)).toThrow(UsageError);
});

const ORDINARY = { isKernelThread: false };
const KERNEL_THREAD = { isKernelThread: true };

test.each([
  ['php-fpm8.2', 'php-fpm'],
  ['python3.11', 'python'],
  ['java-17.0.2', 'java'],
  ['php-fpm', 'php-fpm'],
  ['mysqld', 'mysqld'],
  ['python3', 'python3'],
  ['md5', 'md5'],
  ['sd_1/x', 'sd_1/x'],
  ['8.2', '8.2'],
  ['', ''],
])('the program of the process %j is %j', (comm, program) => {
  expect(foldName(comm, ORDINARY)).toBe(program);
});

test.each([
  ['kworker/0:1-events', 'kworker'],
  ['kworker/u8:0-writeback', 'kworker'],
  ['kworker/R-rcu_gp', 'kworker'],
  ['ksoftirqd/1', 'ksoftirqd'],
  ['rcu_exp_par_gp_kthread_worker/0', 'rcu_exp_par_gp_kthread_worker'],
  ['kswapd0', 'kswapd'],
  ['kdamond.0', 'kdamond'],
  ['scsi_eh_3', 'scsi_eh'],
  ['jbd2/vda1-8', 'jbd2'],
  ['kauditd', 'kauditd'],
  ['7', '7'],
  ['kthreadd', 'kthreadd'],
])('the program of the kernel thread %s is %s', (comm, program) => {
  expect(foldName(comm, KERNEL_THREAD)).toBe(program);
});

test('folding a name twice changes nothing more', () => {
  for (const comm of ['php-fpm8.2', 'python3.11', 'kworker/0:1']) {
    for (const process of [ORDINARY, KERNEL_THREAD]) {
      const once = foldName(comm, process);
      expect(foldName(once, process)).toBe(once);
    }
  }
});
