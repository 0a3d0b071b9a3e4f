import { expect, test } from 'vitest';
import { foldName } from '../../../src/record/select/fold.js';

const ORDINARY = { pid: 1000, ppid: 1 };
const KERNEL_THREAD = { pid: 30, ppid: 2 };

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
  ['scsi_eh_3', 'scsi_eh'],
  ['jbd2/vda1-8', 'jbd2'],
  ['kauditd', 'kauditd'],
  ['7', '7'],
])('the program of the kernel thread %s is %s', (comm, program) => {
  expect(foldName(comm, KERNEL_THREAD)).toBe(program);
});

test('the parent of the kernel threads is one of them', () => {
  expect(foldName('kthreadd', { pid: 2, ppid: 0 })).toBe('kthreadd');
});

test('folding a name twice changes nothing more', () => {
  for (const comm of ['php-fpm8.2', 'python3.11', 'kworker/0:1']) {
    for (const process of [ORDINARY, KERNEL_THREAD]) {
      const once = foldName(comm, process);
      expect(foldName(once, process)).toBe(once);
    }
  }
});
