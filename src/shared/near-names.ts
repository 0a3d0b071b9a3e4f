import leven from 'leven';

const MAX_TYPING_ERRORS = 2;
const MAX_SHOWN = 5;

/** The known names that come close to one that none of them is, nearest first. */
export function nearNames(missing: string, known: Iterable<string>): string[] {
  const wanted = missing.toLowerCase();
  const near = [...new Set(known)].flatMap((spelt) => {
    const name = spelt.toLowerCase();
    const shorter = Math.min(wanted.length, name.length);
    const distance = leven(wanted, name, { maxDistance: MAX_TYPING_ERRORS + 1 });
    const isTypo = distance <= MAX_TYPING_ERRORS && distance < shorter;
    const contains =
      shorter > MAX_TYPING_ERRORS && (name.includes(wanted) || wanted.includes(name));
    return isTypo || contains ? [{ spelt, distance }] : [];
  });
  return near
    .sort((a, b) => a.distance - b.distance || a.spelt.localeCompare(b.spelt))
    .slice(0, MAX_SHOWN)
    .map(({ spelt }) => spelt);
}
