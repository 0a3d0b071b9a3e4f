/**
 * So many commands of one user are told apart in a quarter-hour; more are counted under `(other)`. A
 * user may name each process differently, and each name would be a row of the sums.
 */
const MAX_COMMANDS_PER_USER = 200;

export const OTHER_COMMANDS = '(other)';

/** The commands that each user has run in a quarter-hour. A value. */
export class KnownCommands {
  constructor(
    readonly quarterMs: number,
    private readonly byUid: ReadonlyMap<number, ReadonlySet<string>> = new Map(),
  ) {}

  /** The command itself, or `(other)` where the user has had too many. */
  bounded(uid: number, command: string): string {
    const known = this.byUid.get(uid);
    if (known === undefined || known.has(command) || known.size < MAX_COMMANDS_PER_USER)
      return command;
    return OTHER_COMMANDS;
  }

  with(uid: number, command: string): KnownCommands {
    const known = this.byUid.get(uid);
    if (command === OTHER_COMMANDS || known?.has(command) === true) return this;
    const byUid = new Map(this.byUid).set(uid, new Set(known).add(command));
    return new KnownCommands(this.quarterMs, byUid);
  }
}
