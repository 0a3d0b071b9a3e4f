import { sum } from '../../../shared/numbers.js';
import type { PeriodPart } from './parts.js';

/** So many users have a colour of their own on the page; more are hard to tell apart, so the others are one. */
export const MOST_COLOURS = 4;

/** Which of the page's colours a user has, in every plot, by the id of the row. */
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
  /** Of what all vCPUs could have used while it was recorded; null where it was not. */
  recordedPercent: number | null;
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

/** The users that have a colour, and all others in one. */
export function toStack(
  parts: StackPart[],
  users: readonly UserParts[],
  colours: UserColours,
): Stack {
  const shown = users.flatMap(({ id, key, cpuMs }) => {
    const colour = colours.get(id);
    return colour === undefined || sum(cpuMs) === 0 ? [] : [{ key, colour, cpuMs }];
  });
  const series: Series[] = shown.sort((a, b) => a.colour - b.colour);
  const others = parts.map(
    ({ cpuMs }, at) => cpuMs - sum(shown.map((user) => user.cpuMs[at] ?? 0)),
  );
  if (others.some((cpuMs) => cpuMs > 0)) {
    series.push({ key: '(others)', colour: null, cpuMs: others });
  }
  return { parts, series };
}

/** A colour for each of the users that used the most, the first for the one that used the most of all. */
export function assignColours(users: readonly UserParts[]): UserColours {
  const ranked = users
    .map(({ id, cpuMs }) => ({ id, spentMs: sum(cpuMs) }))
    .filter(({ spentMs }) => spentMs > 0)
    .sort((a, b) => b.spentMs - a.spentMs);
  return new Map(ranked.slice(0, MOST_COLOURS).map(({ id }, at) => [id, at]));
}
