import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

const UNITS = 'packaging/systemd';
const SERVICES = [
  'psusage.service',
  'psusage-ship.service',
  'psusage-prune.service',
  'psusage-prometheus.service',
];

/** A copy in which the program is one that is installed here; its own path is looked up at the start only. */
function installedUnits(): string {
  const folder = temporaryFolder();
  cpSync(UNITS, folder, { recursive: true });
  for (const service of SERVICES) {
    const text = readFileSync(join(folder, service), 'utf8');
    writeFileSync(join(folder, service), text.replaceAll(/^(Exec\w+=-?)psusage/gm, '$1/bin/true'));
  }
  return folder;
}

test('systemd finds no fault with the units', () => {
  const folder = installedUnits();
  const units = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
  const paths = units.map(({ name }) => join(folder, name));
  expect(paths).toHaveLength(7);
  const { status, stdout, stderr } = spawnSync(
    'systemd-analyze',
    ['verify', '--man=no', '--recursive-errors=no', ...paths],
    { encoding: 'utf8' },
  );
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
});

test('the installation page states how exposed systemd finds each service', () => {
  const page = readFileSync('docs/install.md', 'utf8');
  for (const service of SERVICES) {
    const said = execFileSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', join(UNITS, service)],
      { encoding: 'utf8' },
    );
    const score = /Overall exposure level for \S+ (\d+\.\d)/.exec(said)?.[1];
    expect(Number(score)).toBeLessThan(1.5);
    const stated = page.split('\n').find((line) => line.startsWith(`| \`${service}\``));
    expect(stated?.split('|')[2]?.trim()).toBe(score);
  }
});
