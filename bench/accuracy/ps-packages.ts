import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's suites that hold a version of procps each, from the oldest. */
export const SUITES = ['bullseye', 'bookworm', 'trixie', 'sid'] as const;

export type Suite = (typeof SUITES)[number];

/** A ps of its own, beside the machine's. */
export interface PsVersion {
  readonly suite: Suite;
  /** `3.3.17` */
  readonly version: string;
  /** Holds a `ps`; to be put first in PATH. */
  readonly folder: string;
}

/** The versions that can be had, and why the others can't. */
export interface FetchedPs {
  readonly versions: readonly PsVersion[];
  readonly missing: readonly string[];
}

/** Fetches several, each into a folder of its own in `folder`. */
export async function fetchEachPs(suites: readonly Suite[], folder: string): Promise<FetchedPs> {
  const versions: PsVersion[] = [];
  const missing: string[] = [];
  for (const suite of suites) {
    const own = join(folder, `ps-${suite}`);
    await mkdir(own);
    try {
      versions.push(await fetchPs(suite, own));
    } catch (error) {
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      missing.push(`the ps of ${suite} can't be had: ${why}`);
    }
  }
  return { versions, missing };
}

/**
 * Fetches procps of a suite, with all libraries that it needs, from the mirror that this machine's own apt uses, and
 * makes a `ps` of it that runs beside the machine's. Nothing is installed.
 *
 * @param folder an empty folder
 * @throws when the suite can't be had: no apt, no mirror of Debian, no network
 */
async function fetchPs(suite: Suite, folder: string): Promise<PsVersion> {
  const tree = join(folder, 'tree');
  const archives = await download(suite, folder);
  await mkdir(tree, { recursive: true });
  for (const archive of archives) await run('dpkg', ['-x', archive, tree]);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'ps'), await startScript(tree));
  await chmod(join(bin, 'ps'), 0o755);
  const { stdout } = await run(join(bin, 'ps'), ['--version']);
  const version = /procps-ng (\S+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${suite} has another ps: ${stdout}`);
  return { suite, version, folder: bin };
}

/** With a list of installed packages that is empty, apt fetches whatever ps needs down to the C library. */
async function download(suite: Suite, folder: string): Promise<string[]> {
  const archives = join(folder, 'cache', 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await writeFile(join(folder, 'sources.list'), `deb ${await debianMirror()} ${suite} main\n`);
  const settings = [
    ...[`Dir::Etc::sourcelist=${folder}/sources.list`, `Dir::Etc::sourceparts=${folder}/none`],
    ...[`Dir::State::Lists=${folder}/lists`, `Dir::State::status=${folder}/status`],
    ...[`Dir::Cache=${folder}/cache`, `Dir::Etc::preferencesparts=${folder}/none`],
    ...['APT::Install-Recommends=false', 'APT::Sandbox::User=root'],
  ].flatMap((setting) => ['-o', setting]);
  await mkdir(join(folder, 'none'));
  await run('apt-get', [...settings, '-qq', 'update']);
  await run('apt-get', [...settings, '-qq', '-y', '--download-only', 'install', 'procps']);
  const files = await readdir(archives);
  // Perl and the like are there for what installs packages, not for ps.
  const needed = files.filter((file) => /^(?:procps|lib(?!perl))[^_]*_.*\.deb$/.test(file));
  return needed.map((file) => join(archives, file));
}

/** As this machine's own sources name it. */
async function debianMirror(): Promise<string> {
  const format = ['--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian'];
  const { stdout } = await run('apt-get', ['indextargets', ...format]);
  const [mirror] = stdout.split('\n');
  if (!mirror) throw new Error('this machine’s apt has no mirror of Debian');
  return mirror;
}

/** The ps with the libraries of its own suite, by their own loader: they may want another C library than there is. */
async function startScript(tree: string): Promise<string> {
  const files = await readdir(tree, { recursive: true });
  // One of two is a link to where it would be if it was installed.
  const isLoader = (file: string) => /(^|\/)ld-linux[^/]*\.so\.\d+$/.test(file);
  const loader = files.find((file) => isLoader(file) && existsSync(join(tree, file)));
  const ps = files.find((file) => /(^|\/)bin\/ps$/.test(file));
  if (loader === undefined || ps === undefined) throw new Error('the packages hold no ps');
  const libraries = files
    .filter((file) => /^lib.*\.so/.test(basename(file)) && !file.includes('gconv'))
    .map((file) => join(tree, file, '..'));
  const path = [...new Set(libraries)].join(':');
  return `#!/bin/sh\nexec ${join(tree, loader)} --library-path ${path} ${join(tree, ps)} "$@"\n`;
}
