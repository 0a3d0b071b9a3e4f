import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withKnownNames } from '../../../src/record/tracker/user-names.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { programName } from '../../../src/record/tracker/program-name.js';
import { type Selection, selectProcesses } from '../../../src/record/tracker/selection.js';

const RECORDER_PID = 900;

function sample(pid: number, ppid: number, comm: string, user = 'root', uid = 0): Sample {
  return {
    taken: { takenFromBootMs: 0, takenToBootMs: 0 },
    pid,
    ppid,
    sid: pid,
    uid,
    user,
    state: 'S',
    nlwp: 1,
    comm,
    isKernelThread: ppid === 2,
    etimes: 10,
    times: 0,
    bsdtime: 0,
    pcpu: 0,
    exact: { cuu: 0, cuc: 0 },
  };
}

interface Asked extends Partial<Omit<Selection, 'programs' | 'users'>> {
  programs?: string[];
  users?: string[];
  known?: (sample: Sample) => string | undefined;
  unsampled?: Record<number, string>;
}

/** The program of each process that is followed. */
function selected(
  samples: Sample[],
  { programs = [], users = [], known, unsampled = {}, ...rest }: Asked = {},
) {
  const selection: Selection = {
    programs: programs.map(programName),
    users: new Set(users),
    forks: true,
    recorderPid: RECORDER_PID,
    ...rest,
  };
  const byPid = new Map(samples.map((each) => [each.pid, each]));
  const { followed } = selectProcesses(byPid, selection, {
    findProgram: known ?? (() => undefined),
    findUnsampledProgram: (pid) => unsampled[pid],
    userNames: withKnownNames(byPid, new Map()).names,
  });
  return Object.fromEntries(followed);
}

const init = sample(1, 0, 'systemd');
const master = sample(10, 1, 'php-fpm8.2');
const worker = sample(11, 10, 'php-fpm8.2', 'foo_com', 1001);
const helper = sample(12, 11, 'convert', 'foo_com', 1001);

test('follows a match and all its descendants, and nothing else', () => {
  const cron = sample(20, 1, 'cron');
  expect(selected([init, master, worker, helper, cron], { programs: ['php-fpm'] })).toEqual({
    10: 'php-fpm',
    11: 'php-fpm',
    12: 'php-fpm',
  });
});

test('finds the same, in whatever order ps lists them', () => {
  const samples = [init, master, worker, helper, sample(20, 1, 'cron')];
  fc.assert(
    fc.property(fc.shuffledSubarray(samples, { minLength: samples.length }), (shuffled) => {
      expect(selected(shuffled, { programs: ['php-fpm'] })).toEqual(
        selected(samples, { programs: ['php-fpm'] }),
      );
    }),
  );
});

test('a fork belongs to the program of its nearest ancestor that matches', () => {
  const shell = sample(13, 12, 'sh');
  const programs = ['php-fpm', 'convert'];
  expect(selected([master, worker, helper, shell], { programs })).toEqual({
    10: 'php-fpm',
    11: 'php-fpm',
    12: 'convert',
    13: 'convert',
  });
});

test('of two programs that a name matches, the one named first has it', () => {
  expect(selected([master], { programs: ['php*', 'php-fpm'] })).toEqual({ 10: 'php*' });
});

test('without forks follows only what matches by its own name', () => {
  const options = { programs: ['php-fpm'], forks: false };
  expect(selected([master, worker, helper], options)).toEqual({ 10: 'php-fpm', 11: 'php-fpm' });
  const known = () => 'php-fpm';
  expect(selected([helper], { ...options, known })).toEqual({});
});

test('a descendant stays with its program when its parent has gone', () => {
  const orphan = { ...helper, ppid: 1 };
  const known = ({ pid }: Sample) => (pid === 12 ? 'php-fpm' : undefined);
  expect(selected([init, orphan], { programs: ['php-fpm'], known })).toEqual({ 12: 'php-fpm' });
  expect(selected([init, orphan], { programs: ['php-fpm'] })).toEqual({});
});

test('a descendant that is adopted by another program’s process stays where it was', () => {
  const adopted = { ...helper, ppid: 30 };
  const supervisor = sample(30, 1, 'supervisord');
  const known = ({ pid }: Sample) => (pid === 12 ? 'php-fpm' : undefined);
  const programs = ['php-fpm', 'supervisord'];
  expect(selected([supervisor, adopted], { programs, known })).toMatchObject({ 12: 'php-fpm' });
});

test('a fork belongs to the program of a parent that this snapshot does not show', () => {
  const unsampled = { 11: 'php-fpm' };
  expect(selected([helper], { programs: ['php-fpm'], unsampled })).toEqual({ 12: 'php-fpm' });
  expect(selected([helper], { programs: ['php-fpm'], unsampled, forks: false })).toEqual({});
});

test('forks of a process that stays with its program belong to it too', () => {
  const orphan = { ...helper, ppid: 1 };
  const fork = sample(40, 12, 'sh');
  const known = ({ pid }: Sample) => (pid === 12 ? 'php-fpm' : undefined);
  expect(selected([fork, orphan], { programs: ['php-fpm'], known })).toEqual({
    12: 'php-fpm',
    40: 'php-fpm',
  });
});

test('a process that takes a name that matches goes to that program', () => {
  const known = () => 'php-fpm';
  expect(selected([helper], { programs: ['php-fpm', 'convert'], known })).toEqual({
    12: 'convert',
  });
});

test('what was followed for a program that is not selected any more is not followed', () => {
  expect(selected([helper], { programs: ['mysqld'], known: () => 'php-fpm' })).toEqual({});
});

test('without programs follows every process, under its own folded name', () => {
  const thread = sample(31, 2, 'kworker/0:1-events');
  expect(selected([init, master, worker, helper, thread])).toEqual({
    1: 'systemd',
    10: 'php-fpm',
    11: 'php-fpm',
    12: 'convert',
    31: 'kworker',
  });
});

test('without programs a process stays with the one it was followed for, whatever its name', () => {
  expect(selected([helper], { known: () => 'sh' })).toEqual({ 12: 'sh' });
});

test.each([
  ['with programs', ['php-fpm', 'node', 'bash']],
  ['without programs', []],
])('never follows the recorder nor what it starts, %s', (_, programs) => {
  const shell = sample(800, 1, 'bash');
  const recorder = sample(RECORDER_PID, 800, 'node');
  const ps = sample(901, RECORDER_PID, 'php-fpm');
  const under = sample(902, 901, 'php-fpm');
  const all = [under, ps, recorder, shell];
  expect(Object.keys(selected(all, { programs }))).toEqual(['800']);
  expect(Object.keys(selected(all, { programs, forks: false }))).toEqual(['800']);
  // ps may list what the recorder started and miss the recorder.
  expect(Object.keys(selected([under, ps, shell], { programs }))).toEqual(['800']);
  const known = () => programs[0] ?? 'node';
  expect(Object.keys(selected([under, ps, recorder], { programs, known }))).toEqual([]);
});

test.each([
  ['by name', 'foo_com'],
  ['by uid', '1001'],
  ['by pattern', '[ef]*_com'],
])('follows only the processes of a user, %s', (_, user) => {
  const others = sample(14, 11, 'sleep', 'bar_com', 1002);
  const back = sample(15, 14, 'sleep', 'foo_com', 1001);
  const samples = [master, worker, helper, others, back];
  expect(selected(samples, { programs: ['php-fpm'], users: [user] })).toEqual({
    11: 'php-fpm',
    12: 'php-fpm',
    15: 'php-fpm',
  });
  expect(Object.keys(selected(samples, { users: [user] }))).toEqual(['11', '12', '15']);
});

test('takes a number for the name of a user, and for a uid where no user has that name', () => {
  const called = sample(14, 11, 'sleep', '1001', 1002);
  const samples = [worker, called, sample(15, 11, 'sleep', 'bar_com', 1003)];
  const followed = (users: string[]) => Object.keys(selected(samples, { users }));
  expect(followed(['1001'])).toEqual(['14']);
  expect(followed(['uid:1001'])).toEqual(['11']);
  expect(followed(['1003'])).toEqual(['15']);
  expect(followed(['1001', 'uid:1001'])).toEqual(['11', '14']);
});

test('a loop of parents, which a pid that was reused can make, ends', () => {
  const loop = [sample(50, 51, 'a'), sample(51, 52, 'b'), sample(52, 50, 'c'), sample(53, 53, 'd')];
  expect(selected(loop, { programs: ['x'] })).toEqual({});
  expect(selected(loop)).toEqual({ 50: 'a', 51: 'b', 52: 'c', 53: 'd' });
});

test('in any tree a process is followed exactly if it or an ancestor matches and none is the recorder', () => {
  const anyProcess = fc.record({
    ppid: fc.integer({ min: 0, max: 12 }),
    comm: fc.constantFrom('php-fpm8.2', 'sh', 'node'),
  });
  fc.assert(
    fc.property(
      fc.array(anyProcess, { maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      (plans, recorderPid) => {
        const samples = plans.map(({ ppid, comm }, index) =>
          sample(index + 1, Math.min(ppid, index), comm),
        );
        const line = (pid: number): Sample[] => {
          const each = samples[pid - 1];
          return each === undefined ? [] : [each, ...line(each.ppid)];
        };
        const expected = samples
          .map((each) => line(each.pid))
          .filter((ancestors) => ancestors.some((each) => each.comm === 'php-fpm8.2'))
          .filter((ancestors) => ancestors.every((each) => each.pid !== recorderPid))
          .map(([first]) => String(first?.pid));
        expect(Object.keys(selected(samples, { programs: ['php-fpm'], recorderPid }))).toEqual(
          expected,
        );
      },
    ),
  );
});

/** A process of another's session. */
function inSession(sid: number, pid: number, ppid: number, comm: string): Sample {
  return { ...sample(pid, ppid, comm, 'foo_com', 1001), sid };
}

test('a job whose parent is gone belongs to the program that began its session', () => {
  const job = inSession(10, 30, 1, 'job');
  const child = inSession(10, 31, 30, 'convert');
  const samples = [init, master, worker, job, child];
  expect(selected(samples, { programs: ['php-fpm'] })).toEqual({
    10: 'php-fpm',
    11: 'php-fpm',
    30: 'php-fpm',
    31: 'php-fpm',
  });
  expect(selected(samples, { programs: ['php-fpm'], forks: false })).not.toHaveProperty('30');
});

test('so does one whose session’s first process was not sampled', () => {
  const job = inSession(10, 30, 1, 'job');
  expect(selected([job], { programs: ['php-fpm'], unsampled: { 10: 'php-fpm' } })).toEqual({
    30: 'php-fpm',
  });
});

test('with a filter on users too, where the session is another user’s', () => {
  const asked = { programs: ['php-fpm'], users: ['foo_com'] };
  expect(selected([init, master, inSession(10, 30, 1, 'job')], asked)).toEqual({ 30: 'php-fpm' });
});

test('a login session that started a program by hand does not belong to it', () => {
  const shell = inSession(20, 20, 1, 'bash');
  const byHand = inSession(20, 21, 20, 'php-fpm8.2');
  const editor = inSession(20, 22, 20, 'vi');
  const leftBehind = inSession(20, 23, 1, 'job');
  const programs = ['php-fpm'];
  const daemon = { 21: 'php-fpm' };
  expect(selected([shell, byHand, editor, leftBehind], { programs })).toEqual(daemon);
  expect(selected([byHand, editor, leftBehind], { programs })).toEqual(daemon);
});

test('a session is told by the process that began it, not by one that has its number', () => {
  const other = inSession(40, 10, 1, 'php-fpm8.2');
  const job = inSession(10, 30, 1, 'job');
  expect(selected([init, other, job], { programs: ['php-fpm'] })).toEqual({ 10: 'php-fpm' });
});

test('rows of sessions that lead in a circle end the search', () => {
  const samples = [
    sample(50, 51, 'a'),
    inSession(50, 51, 52, 'b'),
    { ...inSession(51, 52, 50, 'c') },
    inSession(53, 53, 54, 'd'),
    inSession(53, 54, 53, 'e'),
  ];
  expect(selected(samples, { programs: ['php-fpm'] })).toEqual({});
});

test('a job of a job in the background belongs to the program too', () => {
  const leader = inSession(60, 60, 30, 'script');
  const samples = [inSession(60, 61, 1, 'job'), leader, inSession(10, 30, 1, 'job'), master];
  expect(selected(samples, { programs: ['php-fpm'] })).toHaveProperty('61', 'php-fpm');
});

test('what the recorder’s session holds is not followed for that', () => {
  const recorder = inSession(RECORDER_PID, RECORDER_PID, 10, 'node');
  const orphan = inSession(RECORDER_PID, 901, 1, 'sh');
  expect(selected([master, recorder, orphan], { programs: ['php-fpm'] })).toEqual({
    10: 'php-fpm',
  });
});
