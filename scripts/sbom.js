// Prints the bill of materials in SPDX: what npm installs with psusage, and what is in its bundle.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const bundled = readFileSync('dist/licenses.txt', 'utf8').match(/^\S+ \d[\w.-]*(?=, )/gm);

// `npm sbom --omit dev` leaves out what a package for development needs, too.
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = Object.entries(packages)
  .filter(([, { dev }]) => !dev)
  .map(
    ([place, { name, version }]) => `${name ?? place.replace(/^.*node_modules\//, '')} ${version}`,
  );

const shipped = new Set([...bundled, ...installed]);
const bill = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'spdx']));
bill.packages = bill.packages.filter(({ name, versionInfo }) =>
  shipped.has(`${name} ${versionInfo}`),
);
const listed = new Set([bill.SPDXID, ...bill.packages.map(({ SPDXID }) => SPDXID)]);
bill.relationships = bill.relationships.filter(
  (each) => listed.has(each.spdxElementId) && listed.has(each.relatedSpdxElement),
);
console.log(JSON.stringify(bill, null, 2));
