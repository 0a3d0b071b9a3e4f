import { USER_WIDTH } from '../../shared/ps-user-name.js';

/** The set of columns that is asked for, as this machine's ps allows. */
export interface PsColumns {
  precision: 'cuu' | 'pcpu';
  /** Arguments without the choice of processes. */
  args: readonly string[];
  /** One line of this format; see `parse.ts` for the groups. */
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

const WHO_ROW = String.raw`^ *(?<pid>${COUNT}) +(?<ppid>${COUNT}) +(?<sid>-?${COUNT}) +(?<uid>-?${COUNT}) (?<user>.{${USER_WIDTH}}) (?<state>[A-Za-z]) +(?<nlwp>${COUNT})`;
const AGE_ROW = String.raw`(?<etimes>${COUNT}) (?<comm>.*)$`;

/** procps 4: three decimals, and `S` adds the CPU time of ended children to `bsdtime`, `cuc` and `pcpu`. */
const EXACT: PsColumns = {
  precision: 'cuu',
  args: ['S', '-ww', '-o', `${WHO},times=,bsdtime=,cuu=,cuc=,pcpu=,etimes=,comm=`],
  row: new RegExp(
    String.raw`${WHO_ROW} +(?<times>${COUNT}) +(?<bsdtime>${COUNT}:\d\d) +(?<cuu>${COUNT}\.\d+) +(?<cuc>${COUNT}\.\d+) +(?<pcpu>${COUNT}(?:\.\d+)?) +${AGE_ROW}`,
    's',
  ),
};

/** procps 3.3: whole seconds, and one decimal of both together. `time`, since its first versions lack `times`. */
const COARSE: PsColumns = {
  precision: 'pcpu',
  args: ['S', '-ww', '-o', `${WHO},time=,bsdtime=,pcpu=,etimes=,comm=`],
  row: new RegExp(
    String.raw`${WHO_ROW} +(?<time>(?:${COUNT}-)?\d\d:\d\d:\d\d) +(?<bsdtime>${COUNT}:\d\d) +(?<pcpu>${COUNT}(?:\.\d+)?) +${AGE_ROW}`,
    's',
  ),
};

/** From the most exact to the least. */
export const COLUMN_SETS: readonly PsColumns[] = [EXACT, COARSE];
