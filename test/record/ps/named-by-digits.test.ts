import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { namedByDigits } from '../../../src/record/ps/named-by-digits.js';
import { temporaryFolder } from '../../temporary-folder.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A system on which the user 2801 has the uid 2800. */
function systemWithSuchAUser(): void {
  const folder = temporaryFolder();
  const id = join(folder, 'id');
  writeFileSync(
    id,
    '#!/bin/sh\ncase "$3" in 2801) echo 2800 ;; 9) exit 1 ;; *) echo "$3" ;; esac\n',
  );
  chmodSync(id, 0o755);
  vi.stubEnv('PATH', folder);
}

test('finds which numbers are the names of other uids', async () => {
  systemWithSuchAUser();
  expect(await namedByDigits(['2801', '2802', '9', 'foo', 'uid:2801'])).toEqual(
    new Map([[2800, '2801']]),
  );
});

test('finds none where the system has none, or can not be asked', async () => {
  expect(await namedByDigits(['0', '4294967000'])).toEqual(new Map());
  vi.stubEnv('PATH', temporaryFolder());
  expect(await namedByDigits(['2801'])).toEqual(new Map());
});
