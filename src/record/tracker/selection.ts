import type { Sample } from '../ps/sample.js';
import { parseNamedUsers, usersNamed } from '../../shared/named-user.js';
import type { UserNames } from '../ps/users.js';
import { foldName, type ProgramName } from './program-name.js';

/** Which processes are recorded. */
export interface Selection {
  /** Empty: every process on the host. */
  programs: readonly ProgramName[];
  /** Whether descendants of a match belong to it. */
  forks: boolean;
  /** As `parseNamedUsers` reads them; empty: all users. */
  users: ReadonlySet<string>;
  /** The recorder: it, and whatever it starts, is never followed. */
  recorderPid: number;
}

/** Whether no filter leaves out children, whose CPU time their parents reap all the same. */
export function knowsAllChildren({ forks, users, programs }: Selection): boolean {
  return users.size === 0 && (forks || programs.length === 0);
}

/** What is known from before this snapshot. */
export interface Known {
  /** The program that the process was followed for, if it was. */
  findProgram: (sample: Sample) => string | undefined;
  /** The same for an existing process that the snapshot does not show. */
  findUnsampledProgram: (pid: number) => string | undefined;
  /** Of every user in the snapshot. */
  userNames: UserNames;
}

/** Programs by pid. */
export interface Selected {
  followed: Map<number, string>;
  /** Would be followed but for its user; its forks may be other users'. */
  filtered: Map<number, string>;
}

/**
 * Decides for every process of a snapshot whether it is followed, and for which program.
 *
 * A process belongs to the program that its own name matches; else to the one it was followed for
 * before, be its parent gone or its name changed; else, with forks, to its parent's; else to that of the process
 * that began its session, of which only descendants are members: a job that went to the background loses its parent
 * before a sample can show it.
 *
 * @param samples of all processes, or of those that were queried
 */
export function selectProcesses(
  samples: ReadonlyMap<number, Sample>,
  selection: Selection,
  known: Known,
): Selected {
  const families = new Families(samples, selection, known);
  const uids = findUids(selection, known.userNames);
  const selected: Selected = { followed: new Map(), filtered: new Map() };
  for (const sample of samples.values()) {
    const program = families.findProgram(sample);
    if (program === undefined) continue;
    const { followed, filtered } = selected;
    (uids?.has(sample.uid) === false ? filtered : followed).set(sample.pid, program);
  }
  return selected;
}

/** Undefined for all users. */
function findUids({ users }: Selection, names: UserNames): Set<number> | undefined {
  if (users.size === 0) return undefined;
  const known = [...names].map(([uid, name]) => ({ uid, name }));
  return new Set(
    [...users].flatMap((text) => usersNamed(parseNamedUsers(text), known)).map(({ uid }) => uid),
  );
}

interface Verdict {
  program: string | undefined;
  own: boolean;
}

/** Walks up the tree of processes, each process once. */
class Families {
  readonly #verdicts = new Map<number, Verdict>();
  /** Processes whose session is being looked at: rows that ps read at different moments may lead back to them. */
  readonly #searching = new Set<number>();

  constructor(
    private readonly samples: ReadonlyMap<number, Sample>,
    private readonly selection: Selection,
    private readonly known: Known,
  ) {}

  findProgram(sample: Sample): string | undefined {
    const { own, program } = this.#findVerdict(sample);
    return own ? undefined : program;
  }

  #findVerdict(sample: Sample): Verdict {
    const line = this.#undecidedAncestry(sample);
    let verdict = this.#verdictAbove(line.at(-1) ?? sample);
    for (const each of line.reverse()) {
      verdict = this.#decide(each, verdict);
      this.#verdicts.set(each.pid, verdict);
    }
    return verdict;
  }

  /** The process and its ancestors up to the first that is decided; a loop of parents ends where it closes. */
  #undecidedAncestry(sample: Sample): Sample[] {
    const line = new Map<number, Sample>();
    let each: Sample | undefined = sample;
    while (each !== undefined && !this.#verdicts.has(each.pid) && !line.has(each.pid)) {
      line.set(each.pid, each);
      each = this.samples.get(each.ppid);
    }
    return [...line.values()];
  }

  #verdictAbove(topmost: Sample): Verdict {
    const decided = this.#verdicts.get(topmost.pid) ?? this.#verdicts.get(topmost.ppid);
    if (decided !== undefined) return decided;
    const { ppid } = topmost;
    const own = ppid === this.selection.recorderPid;
    return { program: this.known.findUnsampledProgram(ppid), own };
  }

  #decide(sample: Sample, parent: Verdict): Verdict {
    const own = parent.own || sample.pid === this.selection.recorderPid;
    const { programs, forks } = this.selection;
    const known = this.known.findProgram(sample);
    if (programs.length === 0) return { program: known ?? foldName(sample.comm, sample), own };
    const match = programs.find((each) => each.matches(sample.comm));
    // A program of an earlier run may not be selected any more.
    const before = programs.some((each) => each.program === known) ? known : undefined;
    const inherited = forks ? (before ?? parent.program) : undefined;
    const program = match?.program ?? inherited;
    if (program !== undefined || !forks || own) return { program, own };
    return { program: this.#programOfSession(sample), own };
  }

  /** The program of the process that began the session; none where that is gone, or not followed. */
  #programOfSession({ pid, sid }: Sample): string | undefined {
    if (sid === pid || this.#searching.has(pid)) return undefined;
    const leader = this.samples.get(sid);
    if (leader === undefined) return this.known.findUnsampledProgram(sid);
    if (leader.sid !== sid) return undefined;
    this.#searching.add(pid);
    const program = this.findProgram(leader);
    this.#searching.delete(pid);
    return program;
  }
}
