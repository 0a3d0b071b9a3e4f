import { USER_WIDTH } from '../../shared/ps-user-name.js';
import { PsError } from './errors.js';
import type { Sample, Taken } from './sample.js';

/** A set of columns, as this machine's ps supports it. */
export interface PsColumns {
  precision: 'cuu' | 'pcpu';
  /** Arguments of ps, without those that select processes. */
  args: readonly string[];
  /** One line of this format. Its groups are numbered, since names cost a second time what it costs to find them. */
  row: RegExp;
}

/**
 * A uid that is wider than its column would make the user's column narrower. The widest is
 * -2147483648: ps 4.0.2 prints uids from 2^31 up as negative numbers.
 */
const UID_WIDTH = 11;

const WHO = `pid=,ppid=,sid=,uid:${UID_WIDTH}=,user:${USER_WIDTH}=,state=,nlwp=`;

/** A longer number is in no column of ps. */
const COUNT = String.raw`\d{1,12}`;

const WHO_ROW = String.raw`^ *(${COUNT}) +(${COUNT}) +(-?${COUNT}) +(-?${COUNT}) (.{${USER_WIDTH}}) ([A-Za-z]) +(${COUNT})`;
const BSDTIME = String.raw`(${COUNT}):(\d\d)`;
const PCPU_AND_AGE = String.raw`(${COUNT}(?:\.\d+)?) +(${COUNT}) (.*)$`;

/** procps 4: three decimals, and `S` adds the CPU time of ended children to `bsdtime`, `cuc` and `pcpu`. */
const EXACT: PsColumns = {
  precision: 'cuu',
  args: ['S', '-ww', '-o', `${WHO},times=,bsdtime=,cuu=,cuc=,pcpu=,etimes=,comm=`],
  row: new RegExp(
    String.raw`${WHO_ROW} +(${COUNT}) +${BSDTIME} +(${COUNT}\.\d+) +(${COUNT}\.\d+) +${PCPU_AND_AGE}`,
    's',
  ),
};

/**
 * procps 3.3: whole seconds, and one decimal of both together. `time`, since its first versions lack `times`. Two
 * empty groups stand for `cuu` and `cuc`.
 */
const COARSE: PsColumns = {
  precision: 'pcpu',
  args: ['S', '-ww', '-o', `${WHO},time=,bsdtime=,pcpu=,etimes=,comm=`],
  row: new RegExp(
    String.raw`${WHO_ROW} +((?:${COUNT}-)?\d\d:\d\d:\d\d) +${BSDTIME}()() +${PCPU_AND_AGE}`,
    's',
  ),
};

/** From the most exact to the least. */
export const COLUMN_SETS: readonly PsColumns[] = [EXACT, COARSE];

/** More rows than any kernel's pid_max of today's hosts under load; beyond it the output is no list of processes. */
const MAX_ROWS = 500_000;

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_DAY = 86_400;

/** The pid of kthreadd, the parent of all kernel threads. In a container another process has it, which the sampler finds out. */
export const KTHREADD_PID = 2;

/** No kernel gives out a greater pid. */
const MAX_PID = 2 ** 22;

/** Three thousand years of one CPU, or of three thousand CPUs a year; in ms it is still a number that is exact. */
const MAX_SECONDS = 1e11;

/** How much of a line is shown when it can't be read. */
const SHOWN_CHARACTERS = 80;

/**
 * Reads the output of one ps run. All or nothing: a line that can't be read may hide a process, and a
 * process that is hidden would seem to have ended.
 *
 * @returns samples by pid; of two rows of one pid the first
 * @throws PsError PS_RUBBISH
 */
export function parsePsOutput(
  output: string,
  columns: PsColumns,
  taken: Taken,
): Map<number, Sample> {
  if (!output.endsWith('\n')) throw new PsError('PS_RUBBISH', 'the output of ps was cut short');
  const lines = output.slice(0, -1).split('\n');
  if (lines.length > MAX_ROWS) throw new PsError('PS_RUBBISH', `ps printed ${lines.length} lines`);
  const samples = new Map<number, Sample>();
  for (const line of lines) {
    const sample = parseRow(line, columns, taken);
    if (!samples.has(sample.pid)) samples.set(sample.pid, sample);
  }
  return samples;
}

function parseRow(line: string, columns: PsColumns, taken: Taken): Sample {
  const groups = columns.row.exec(line);
  const sample = groups === null ? undefined : toSample(groups, taken);
  if (sample === undefined) {
    throw new PsError(
      'PS_RUBBISH',
      `ps printed a line that is not a process: ${JSON.stringify(line.slice(0, SHOWN_CHARACTERS))}`,
    );
  }
  return sample;
}

function toSample(groups: RegExpExecArray, taken: Taken): Sample | undefined {
  const { 1: pidText, 2: ppidText, 3: sid, 4: uid, 5: user = '', 6: state = '', 7: nlwp } = groups;
  const { 8: time = '', 9: minutes, 10: seconds, 11: cuu, 12: cuc, 13: pcpu } = groups;
  const { 14: etimes, 15: comm = '' } = groups;
  const pid = Number(pidText);
  const ppid = Number(ppidText);
  const times = parseSeconds(time);
  const bsdtime = Number(minutes) * SECONDS_PER_MINUTE + Number(seconds);
  if (pid === 0 || Math.max(pid, ppid) > MAX_PID) return undefined;
  if (Math.max(Number(etimes), times, bsdtime) > MAX_SECONDS) return undefined;
  const unsignedUid = Number(uid) >>> 0;
  return {
    taken,
    pid,
    ppid,
    sid: Number(sid),
    uid: unsignedUid,
    user: user.trim() || String(unsignedUid),
    state,
    nlwp: Number(nlwp),
    comm: state === 'Z' ? comm.replace(/ <defunct>$/, '') : comm,
    isKernelThread: pid === KTHREADD_PID || ppid === KTHREADD_PID,
    etimes: Number(etimes),
    times,
    bsdtime,
    pcpu: Number(pcpu),
    exact: cuu === '' || cuc === '' ? null : { cuu: Number(cuu), cuc: Number(cuc) },
  };
}

/** Reads `seconds` of `times` and `[days-]hours:minutes:seconds` of `time`. */
function parseSeconds(text: string): number {
  const plain = Number(text);
  if (!Number.isNaN(plain)) return plain;
  const [clock = '', days = '0'] = text.split('-').reverse();
  const seconds = clock
    .split(':')
    .reduce((sum, part) => sum * SECONDS_PER_MINUTE + Number(part), 0);
  return Number(days) * SECONDS_PER_DAY + seconds;
}
