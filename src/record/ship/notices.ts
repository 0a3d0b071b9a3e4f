import { harmlessText } from '../../shared/harmless-text.js';

/** What somebody should know before the first points go to a server. */
export function noticesOf(run: {
  host: string;
  destination: string;
  /** Where points went until now; null before the first. */
  before: string | null;
}): string[] {
  const { host, destination, before } = run;
  if (before === null) {
    return [
      `first shipment from this journal: as host '${harmlessText(host)}'. ` +
        'A machine of the same name in the same database would overwrite it; --host names this one.',
    ];
  }
  if (before === destination) return [];
  return [
    `until now this journal was shipped to ${harmlessText(before)}; ` +
      'what has arrived there is not sent to the new server. To send everything: --resend all',
  ];
}
