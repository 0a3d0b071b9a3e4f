/** A host: what runs on it, and what of it is followed. */
export interface Host {
  /** Processes and how many of them are followed. */
  readonly name: string;
  /** In all; where the machine has more by itself only the followed ones are added. */
  readonly processes: number;
  readonly followed: number | 'everything';
  /** Of those that are added; they use 1 to 3 % of a vCPU each. */
  readonly busy: number;
  /** How long psusage is measured: several runs of ps for the whole host after the first one. */
  readonly seconds: number;
}

/** The recorder asks for the whole host each 30 s; where that takes long, each few minutes. */
const SECONDS = { usual: 150, manyProcesses: 320 };

const BUSY = 9;

export const SMALL_HOST: Host = {
  name: '80/10',
  processes: 80,
  followed: 10,
  busy: BUSY,
  seconds: SECONDS.usual,
};

export const MANY_OTHERS: Host = {
  name: '1000/10',
  processes: 1_000,
  followed: 10,
  busy: BUSY,
  seconds: SECONDS.usual,
};

export const MOST_OTHERS: Host = {
  name: '5000/10',
  processes: 5_000,
  followed: 10,
  busy: BUSY,
  seconds: SECONDS.manyProcesses,
};

export const WHOLE_HOST: Host = {
  name: '1000/all',
  processes: 1_000,
  followed: 'everything',
  busy: 20,
  seconds: SECONDS.usual,
};

export const HOSTS: readonly Host[] = [
  SMALL_HOST,
  MANY_OTHERS,
  { ...MANY_OTHERS, name: '1000/100', followed: 100 },
  MOST_OTHERS,
  { ...MOST_OTHERS, name: '5000/500', followed: 500 },
  WHOLE_HOST,
];
