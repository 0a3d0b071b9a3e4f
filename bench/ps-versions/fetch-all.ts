import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchPs, SUITES, type PsVersion } from './packages.js';

export async function fetchAll(folder: string): Promise<PsVersion[]> {
  const all: PsVersion[] = [];
  for (const suite of SUITES) {
    const own = join(folder, suite);
    await mkdir(own);
    all.push(await fetchPs(suite, own));
  }
  return all;
}
