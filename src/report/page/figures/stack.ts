import { sum } from '../../../shared/numbers.js';
import type { PeriodPart } from './parts.js';

/** More colours than these can't be told apart; the other users are one. */
export const MOST_SERIES = 8;

/** Which of the page's colours a user has. */
export type UserColours = ReadonlyMap<number, number>;

/** What one user, or all others, used in each part. */
interface Series {
  /** Unique within the stack. */
  key: string;
  /** Which of the page's colours; null for the others. */
  colour: number | null;
  /** One for each part, in milliseconds. */
  cpuMs: number[];
}

/** What was used in each part, by user. */
export interface Stack {
  parts: StackPart[];
  /** The most first, the others last. */
  series: Series[];
}

/** A part with what all used in it, and how much of it is known. */
export interface StackPart extends PeriodPart {
  cpuMs: number;
  recordedMs: number;
  /** Of the part that has come to pass. */
  elapsedMs: number;
  /** What all vCPUs could have used in it; null where they are not known. */
  capacityCpuMs: number | null;
}

/** What a user used in each part. */
export interface UserParts {
  id: number;
  key: string;
  cpuMs: number[];
}

/** The users that used the most each, and all others in one. */
export function toStack(
  parts: StackPart[],
  users: readonly UserParts[],
  colours: UserColours,
): Stack {
  const shown = mostSpent(users);
  const series: Series[] = shown.map(({ id, key, cpuMs }) => ({
    key,
    cpuMs,
    colour: colours.get(id) ?? null,
  }));
  const others = parts.map(
    ({ cpuMs }, at) => cpuMs - sum(shown.map((user) => user.cpuMs[at] ?? 0)),
  );
  if (others.some((cpuMs) => cpuMs > 0)) {
    series.push({ key: '(others)', colour: null, cpuMs: others });
  }
  return { parts, series };
}

function mostSpent(users: readonly UserParts[]): UserParts[] {
  return users
    .map((user) => ({ user, spentMs: sum(user.cpuMs) }))
    .filter(({ spentMs }) => spentMs > 0)
    .sort((a, b) => b.spentMs - a.spentMs)
    .slice(0, MOST_SERIES)
    .map(({ user }) => user);
}

/** The same user has the same colour in both stacks: those of the second alone take what is free. */
export function assignColours(
  first: readonly UserParts[],
  second: readonly UserParts[],
): UserColours {
  const colours = new Map(mostSpent(first).map(({ id }, at) => [id, at]));
  const shown = mostSpent(second);
  const taken = new Set(shown.map(({ id }) => colours.get(id)));
  const free = Array.from({ length: MOST_SERIES }, (_, at) => at).filter((at) => !taken.has(at));
  for (const { id } of shown) {
    if (colours.has(id)) continue;
    const next = free.shift();
    if (next !== undefined) colours.set(id, next);
  }
  return colours;
}
