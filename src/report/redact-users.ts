import { parseNamedUser, usersNamed } from '../shared/named-user.js';
import type { ReportedRun, ReportRow } from './report.js';

/** Stands for users who are not named; a name in brackets is no user. */
const OTHERS = '(others)';

/** The runs as the one user may see them: of those whom the recorder was told to follow no other is named. Pure. */
export function redactUsers(
  runs: readonly ReportedRun[],
  { name, uid }: Pick<ReportRow, 'name' | 'uid'>,
): ReportedRun[] {
  const isOwn = (user: string) => usersNamed(parseNamedUser(user), [{ name, uid }]).length > 0;
  return runs.map((run) => {
    const own = run.users.filter(isOwn);
    return { ...run, users: own.length === run.users.length ? own : [...own, OTHERS] };
  });
}
