import { sanitize } from '../shared/sanitize.js';
import type { Log } from './log.js';
import type { Snapshot } from './ps/sample.js';
import { nearPrograms } from './tracker/near-programs.js';
import type { ProgramName } from './tracker/program-name.js';

/** A name on the command line that no process has, and names of running programs that come close. */
export interface UnmatchedProgram {
  program: string;
  near: string[];
}

/** Until then a service may start before its program. */
const WARN_AFTER_MS = 60_000;

/** Watches for names on the command line that no process matches, and warns once of each. */
export class UnmatchedPrograms {
  #waiting: readonly ProgramName[];
  #warned: readonly UnmatchedProgram[] = [];
  #firstBootMs: number | undefined;
  /** As of the last sample of the whole host. */
  #running: readonly string[] = [];

  constructor(
    programs: readonly ProgramName[],
    private readonly log: Log,
  ) {
    this.#waiting = programs;
  }

  /** Names that nothing has matched for a minute or longer, since the start of this run. */
  get list(): readonly UnmatchedProgram[] {
    return this.#warned;
  }

  sampled({ samples, isWhole, takenFromBootMs }: Snapshot): void {
    if (this.#waiting.length === 0) return;
    const comms = [...samples.values()].filter((each) => !each.isKernelThread).map(toComm);
    if (isWhole) this.#running = comms;
    this.#waiting = this.#waiting.filter((name) => !this.#isMatched(name, comms));
    this.#firstBootMs ??= takenFromBootMs;
    if (takenFromBootMs - this.#firstBootMs >= WARN_AFTER_MS) this.#warn(comms);
  }

  #isMatched(name: ProgramName, comms: readonly string[]): boolean {
    if (!comms.some((comm) => name.matches(comm))) return false;
    const { program } = name;
    const others = this.#warned.filter((each) => each.program !== program);
    if (others.length < this.#warned.length) {
      this.log.info({ program }, 'a process matches this name now');
    }
    this.#warned = others;
    return true;
  }

  #warn(comms: readonly string[]): void {
    if (this.#warned.length === this.#waiting.length) return;
    const isWarned = new Set(this.#warned.map(({ program }) => program));
    const added = this.#waiting
      .filter(({ program }) => !isWarned.has(program))
      .map((name) => ({
        program: name.program,
        near: nearPrograms(name, [...this.#running, ...comms]),
      }));
    for (const { program, near } of added) {
      this.log.warn(
        { program, near: near.map(sanitize) },
        'no process has matched this name for a minute; nothing is recorded for it',
      );
    }
    this.#warned = [...this.#warned, ...added];
  }
}

function toComm({ comm }: { comm: string }): string {
  return comm;
}
