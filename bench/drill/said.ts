/** What begins and ends every recording says nothing of a fault. */
const USUAL = new Set([
  'recording',
  'following',
  'stopped',
  'no process matches yet; waiting for one',
]);

const MOST_LINES = 8;
const MOST_CHARACTERS = 160;

/** What recorders said on stderr, each once, without what all of them say. */
export function saidIn(stderrs: readonly string[]): string[] {
  const lines = stderrs.flatMap((each) => each.trim().split('\n')).filter((line) => line !== '');
  const said = new Set(lines.flatMap(inWords));
  return [...said]
    .slice(0, MOST_LINES)
    .map((line) => withoutFolder(line).slice(0, MOST_CHARACTERS));
}

function inWords(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return [line];
  const message = String(entry.msg);
  if (USUAL.has(message)) return [];
  const why = 'why' in entry ? `: ${String(entry.why)}` : '';
  const reason = 'reason' in entry ? ` (${String(entry.reason)})` : '';
  return [`${message}${reason}${why}`];
}

/** The journal is in a temporary folder whose name says nothing. */
function withoutFolder(line: string): string {
  return line.replace(/\/\S*\/(?=psusage\.db)/g, '');
}
