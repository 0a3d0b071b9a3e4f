/** Whose lifecycles and records are. */
export interface Account {
  readonly uid: number;
  readonly user: string;
  readonly program: string;
  readonly command: string;
}

/** A process that lives all the time. */
export interface Service {
  readonly account: Account;
  /** What it uses in a quarter-hour, in whole milliseconds. */
  readonly cpuMsIn: (quarterMs: number) => number;
}

/** A process from start to end, in ms since 1970, and the CPU time that it used. */
export interface ShortLife {
  readonly account: Account;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly cpuMs: number;
}

/** What happens on a server, as a recorder would see it: asked for each quarter-hour once, in order. */
export interface Host {
  readonly users: readonly { readonly uid: number; readonly name: string }[];
  readonly services: readonly Service[];
  /** Lifecycles that start in a quarter-hour, in the order of their starts; each lasts a second at least. */
  readonly livesFrom: (quarterMs: number) => readonly ShortLife[];
}

/** The daemon whose children become their user's. */
export const CRON: Account = { uid: 0, user: 'root', program: 'cron', command: 'cron' };
