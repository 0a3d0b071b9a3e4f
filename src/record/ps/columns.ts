/** The set of columns that is asked for, as this machine's ps allows. */
export interface PsColumns {
  precision: 'cuu' | 'pcpu';
  /** Arguments without the choice of processes. */
  args: readonly string[];
  /** One line of this format; see `parse.ts` for the groups. */
  row: RegExp;
}

/** Longer user names are cut by ps; users are told apart by uid. */
export const USER_WIDTH = 32;

const SHARED_START = String.raw`^ *(?<pid>\d+) +(?<ppid>\d+) +(?<uid>\d+) (?<user>.{${USER_WIDTH}}) (?<state>[A-Za-z]) +`;
const SHARED_END = String.raw` +(?<etimes>\d+) (?<comm>.*)$`;

/** procps 4: three decimals, and `S` adds the CPU time of ended children to `bsdtime` and `cuc`. */
const EXACT: PsColumns = {
  precision: 'cuu',
  args: [
    'S',
    '-ww',
    '-o',
    `pid=,ppid=,uid=,user:${USER_WIDTH}=,state=,times=,bsdtime=,cuu=,cuc=,etimes=,comm=`,
  ],
  row: new RegExp(
    String.raw`${SHARED_START}(?<times>\d+) +(?<bsdtime>\d+:\d\d) +(?<cuu>\d+\.\d+) +(?<cuc>\d+\.\d+)${SHARED_END}`,
    's',
  ),
};

/** procps 3.3: one decimal; without `S`, which would mix children into `pcpu`. */
const COARSE: PsColumns = {
  precision: 'pcpu',
  args: ['-ww', '-o', `pid=,ppid=,uid=,user:${USER_WIDTH}=,state=,time=,pcpu=,etimes=,comm=`],
  row: new RegExp(
    String.raw`${SHARED_START}(?<time>(?:\d+-)?\d+:\d\d:\d\d) +(?<pcpu>\d+(?:\.\d+)?)${SHARED_END}`,
    's',
  ),
};

/** From the most exact to the least. */
export const COLUMN_SETS: readonly PsColumns[] = [EXACT, COARSE];
