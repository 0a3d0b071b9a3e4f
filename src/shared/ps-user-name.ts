/** The width of ps's column of user names in psusage's queries; for a longer name ps shows the uid. */
export const USER_WIDTH = 32;

/**
 * What ps shows for a user without a locale: `?` for each byte that is not ASCII and `.` for a control character,
 * the uid's digits for a longer name than the column takes.
 *
 * @param name its bytes, as the system has them
 */
export function nameAsPsShows(name: Uint8Array, uid: number): string {
  if (name.length === 0 || name.length > USER_WIDTH) return String(uid);
  return Buffer.from(name.map(shownByte)).toString('latin1');
}

function shownByte(byte: number): number {
  if (byte >= 0x80) return 0x3f;
  return byte < 0x20 || byte === 0x7f ? 0x2e : byte;
}
