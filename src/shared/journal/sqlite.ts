import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { hasCode, toMessage, PsusageError } from '../errors.js';

const require = createRequire(import.meta.url);

/** How long a statement waits for another connection before it fails with SQLITE_BUSY. */
export const BUSY_TIMEOUT_MS = 5_000;

/** The compiled part of better-sqlite3. Itself it looks for it in thirteen places, which costs each report 10 ms. */
const nativeBinding = loadAddon();

/** Makes every connection to a journal. Importing it fails with a `PsusageError` where it can't be loaded. */
export class SQLite extends Database {
  constructor(file: string | Buffer, options?: Database.Options) {
    super(file, { ...options, nativeBinding });
  }
}

/** @throws PsusageError SQLITE_NOT_LOADED */
function loadAddon(): string {
  try {
    const folder = dirname(require.resolve('better-sqlite3/package.json'));
    // What is loaded is as good as its path, which the types want.
    return require(`${folder}/build/Release/better_sqlite3.node`) as string;
  } catch (error) {
    throw notLoaded(error);
  }
}

function notLoaded(error: unknown): PsusageError {
  const [why, hint] = whyNotLoaded(error);
  const message = `cannot open any journal: ${why}`;
  return new PsusageError('SQLITE_NOT_LOADED', message, { hint, cause: error });
}

/** In one line each: the message has many, or tells where it looked rather than what is missing. */
function whyNotLoaded(error: unknown): [why: string, hint: string] {
  const message = toMessage(error);
  const folder = findFolder();
  if (folder === undefined) return ['better-sqlite3 is not installed', 'install psusage again'];
  const rebuild = `npm rebuild --prefix ${quoted(folder)} better-sqlite3`;
  if (hasCode(error, 'MODULE_NOT_FOUND'))
    return ['better-sqlite3 was not built: npm did not run its install script', rebuild];
  if (message.includes('NODE_MODULE_VERSION'))
    return [`better-sqlite3 was built for another Node.js than ${process.version}`, rebuild];
  const [, library] = /version `(GLIBC[^']*)' not found/.exec(message) ?? [];
  if (library !== undefined) {
    const why = `better-sqlite3 was built for a newer system, with ${library}`;
    // Else the same file would be fetched again.
    return [why, `npm_config_build_from_source=true ${rebuild}`];
  }
  return [`better-sqlite3 cannot be loaded: ${message.split('\n', 1).join('')}`, rebuild];
}

/**
 * The folder that has better-sqlite3 in its `node_modules`: psusage's own, whose package.json lets its install
 * script run, if psusage was installed globally.
 */
function findFolder(): string | undefined {
  try {
    const manifest = require.resolve('better-sqlite3/package.json');
    return manifest.slice(0, manifest.lastIndexOf('/node_modules/'));
  } catch {
    return undefined;
  }
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
