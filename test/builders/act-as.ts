import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { afterAll, beforeAll, vi } from 'vitest';

/** Who runs the tests of a file or a group, as far as Node.js tells. */
export function actAs(username: string, uid: number): void {
  beforeAll(() => {
    const user = { ...os.userInfo({ encoding: 'buffer' }), username: Buffer.from(username) };
    vi.spyOn(os as { userInfo: () => unknown }, 'userInfo').mockReturnValue(user);
    vi.spyOn(process, 'getuid').mockReturnValue(uid);
    syncBuiltinESMExports();
  });
  afterAll(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
}
