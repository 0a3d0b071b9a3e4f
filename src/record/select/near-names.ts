import leven from 'leven';

const MAX_TYPING_ERRORS = 2;
const MAX_SHOWN = 5;

/** Names of running processes that come close to a program that none of them matches, nearest first. */
export function nearNames(program: string, comms: Iterable<string>): string[] {
  const wanted = program.toLowerCase();
  const near = [...new Set(comms)].flatMap((comm) => {
    const name = comm.toLowerCase();
    const shorter = Math.min(wanted.length, name.length);
    const distance = leven(wanted, name, { maxDistance: MAX_TYPING_ERRORS + 1 });
    const isTypo = distance <= MAX_TYPING_ERRORS && distance < shorter;
    const contains =
      shorter > MAX_TYPING_ERRORS && (name.includes(wanted) || wanted.includes(name));
    return isTypo || contains ? [{ comm, distance }] : [];
  });
  return near
    .sort((a, b) => a.distance - b.distance || a.comm.localeCompare(b.comm))
    .slice(0, MAX_SHOWN)
    .map(({ comm }) => comm);
}
