import type { Off } from '../accuracy/bar.js';
import type { Errors } from '../accuracy/errors.js';
import { offBy } from '../accuracy/figures.js';
import type { Machine } from '../experiment/machine.js';
import { markdown, seconds, type TextTable } from '../experiment/table.js';
import type { VersionRun } from './compare.js';
import type { PsVersion } from './packages.js';

/** Everything that the section tells. */
export interface VersionResults {
  readonly machine: Machine;
  readonly runs: number;
  readonly quick: boolean;
  readonly versions: readonly PsVersion[];
  /** What can't be had, and why. */
  readonly missing: readonly string[];
  readonly measured: readonly VersionRun[];
}

/** The section's paragraphs in Markdown. */
export function sectionBody(results: VersionResults): string[] {
  const { machine, runs, quick, versions, missing, measured } = results;
  const count = `${runs === 1 ? 'one run' : `${runs} runs`}${quick ? ', shortened (`--quick`)' : ''}`;
  return [
    `The procps of Debian's suites (${versions.map(({ suite }) => suite).join(', ')}) watch the same run of a load at once, each with a
recorder of its own. Of all runs the furthest off is shown.`,
    `Measured on ${machine.date} by \`npm run bench:ps-versions\`: ${count}; ${machine.cpu}, ${machine.vcpus} vCPUs, Linux ${machine.kernel}, ` +
      `${machine.distribution}. The machine was not quiet.`,
    ...missing,
    markdown(versionsTable(versions, measured)),
    `procps 3.3 shows own CPU time in whole seconds (\`time\`), and own with that of ended children to a second (\`bsdtime\`) and to
0.1 % of the age (\`pcpu\`). What a user's processes used in all is as exact as with procps 4 while they are young;
how much of it was a parent's own and how much its unseen children's is known to a second a parent.`,
  ];
}

/** A column a version; the furthest off of all runs. */
export function versionsTable(
  versions: readonly PsVersion[],
  measured: readonly VersionRun[],
): TextTable {
  const names = [...new Set(measured.map(({ name }) => name))];
  return {
    head: ['load', 'figure', 'CPU time', ...versions.map(({ version }) => version)],
    rows: names.flatMap((name) =>
      rowsOf(
        name,
        measured.filter((each) => each.name === name),
        versions,
      ),
    ),
  };
}

function rowsOf(
  name: string,
  runs: readonly VersionRun[],
  versions: readonly PsVersion[],
): string[][] {
  const errorsAt = (at: number): Errors[] => runs.flatMap(({ errors }) => errors[at] ?? []);
  const row = (figure: string, used: string, cell: (at: number) => string): string[] => [
    ...[name, figure, used],
    ...versions.map((_, at) => cell(at)),
  ];
  const used = runs.map(({ kernelMs }) => seconds(kernelMs)).join(', ');
  const worst = (figure: (of: Errors) => Off) => (at: number) =>
    offBy(furthest(errorsAt(at).map(figure)));
  return [
    row(
      'total',
      `${used} s`,
      worst(({ total }) => total),
    ),
    row(
      'worst user',
      '',
      worst(({ worstUser }) => worstUser),
    ),
    row(
      'a process',
      '',
      (at) => `${seconds(greatest(errorsAt(at).map((each) => each.meanProcessMs)))} s`,
    ),
    row('recorder', '', (at) => {
      const percents = runs.map(({ recorderPercents }) => recorderPercents[at] ?? NaN);
      return `${greatest(percents).toFixed(2)} % of a vCPU`;
    }),
  ];
}

function furthest(offs: readonly Off[]): Off {
  return offs.reduce((a, b) => (Math.abs(b.errorMs) > Math.abs(a.errorMs) ? b : a));
}

function greatest(values: readonly number[]): number {
  return Math.max(...values);
}
