import { harmlessText } from '../../shared/harmless-text.js';

/** What somebody should know with the first points that go to a server; nothing once it has some. */
export function noticesOf(run: {
  host: string;
  destination: string;
  /** Where points went until now; null before the first. */
  before: string | null;
  /** What is dangerous about the connection. */
  warnings: readonly string[];
}): string[] {
  const { host, destination, before, warnings } = run;
  if (before === destination) return [];
  if (before === null) {
    return [
      ...warnings,
      `first shipment from this journal: as host '${harmlessText(host)}'. ` +
        'A machine of the same name in the same database would overwrite it; --host names this one.',
    ];
  }
  return [
    ...warnings,
    `until now this journal was shipped to ${harmlessText(before)}; ` +
      'what has arrived there is not sent to the new server. To send everything: --resend all',
  ];
}
