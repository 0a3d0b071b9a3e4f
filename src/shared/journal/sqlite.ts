import { createRequire } from 'node:module';
import { hasCode, toMessage, PsusageError } from '../errors.js';

/** How long a statement waits for another connection before it fails with SQLITE_BUSY. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Makes every connection to a journal. Importing it fails with a `PsusageError` where it can't be loaded. */
export const SQLite = await loadSQLite();

/** @throws PsusageError SQLITE_NOT_LOADED */
async function loadSQLite() {
  try {
    const { default: Database } = await import('better-sqlite3');
    // The compiled part is loaded with the first connection: before a file is made, or a lock taken.
    new Database(':memory:').close();
    return Database;
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
  if (hasCode(error, 'ERR_MODULE_NOT_FOUND') || hasCode(error, 'MODULE_NOT_FOUND'))
    return ['better-sqlite3, or what it needs, is not installed', 'install psusage again'];
  if (message.startsWith('Could not locate the bindings file'))
    return ['better-sqlite3 was not built: npm did not run its install script', rebuild()];
  if (message.includes('NODE_MODULE_VERSION'))
    return [`better-sqlite3 was built for another Node.js than ${process.version}`, rebuild()];
  const [, library] = /version `(GLIBC[^']*)' not found/.exec(message) ?? [];
  if (library !== undefined) {
    const why = `better-sqlite3 was built for a newer system, with ${library}`;
    // Else the same file would be fetched again.
    return [why, `npm_config_build_from_source=true ${rebuild()}`];
  }
  return [`better-sqlite3 cannot be loaded: ${message.split('\n', 1).join('')}`, rebuild()];
}

/**
 * From the folder that has better-sqlite3 in its `node_modules`: psusage's own, whose package.json lets its install
 * script run, if psusage was installed globally.
 */
function rebuild(): string {
  const manifest = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
  const folder = manifest.slice(0, manifest.lastIndexOf('/node_modules/'));
  return `npm rebuild --prefix ${quoted(folder)} better-sqlite3`;
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
