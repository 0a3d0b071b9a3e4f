import * as fs from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** The file of the bundled program, named by the build, with a hash of what is in it. */
declare const PROGRAM_FILE: string;

type Run = (require: NodeJS.Require, module: { exports: unknown }, dirname: string) => void;

/**
 * Runs the bundle, which is a function, as `require` would, but with V8's code cache.
 *
 * @param hasCache not for what runs for long: of the cache all functions stay in memory, else those that are called
 */
export function loadProgram(hasCache: boolean): typeof import('./main.js') {
  const file = join(__dirname, PROGRAM_FILE);
  // The build writes it in ASCII, but for comments: so a character takes a byte in memory.
  const source = fs.readFileSync(file, 'latin1');
  const program = { exports: {} };
  const script = hasCache ? compile(source, file) : new Script(source, { filename: file });
  (script.runInThisContext() as Run)(require, program, __dirname);
  return program.exports as typeof import('./main.js');
}

/**
 * The cache is code, so it is beside the bundle and nowhere else: who could write it could write the bundle. The first run
 * of each version of Node.js that may write there makes it. V8 refuses one made with other flags; the next run makes a new one.
 */
function compile(source: string, filename: string): Script {
  const cacheFile = `${filename}.${process.version}.cache`;
  const cachedData = attempt(() => fs.readFileSync(cacheFile));
  if (cachedData === undefined && mayWriteIn(__dirname)) {
    const script = compileWhole(source, filename);
    write(cacheFile, script.createCachedData());
    return script;
  }
  const script = new Script(source, { filename, cachedData });
  if (script.cachedDataRejected === true) remove(cacheFile);
  return script;
}

/** V8 compiles a function when it is first called; a cache would have none of them. */
function compileWhole(source: string, filename: string): Script {
  setFlagsFromString('--no-lazy');
  const script = new Script(source, { filename });
  setFlagsFromString('--lazy');
  return script;
}

/**
 * Whole and on disk, or not at all: V8 does not notice a damaged cache, and crashes. What is left where this is killed
 * has the ending of a cache, too, by which an uninstallation removes them.
 */
function write(path: string, data: Buffer): void {
  const unfinished = `${path}.${process.pid}.cache`;
  attempt(() => {
    const file = fs.openSync(unfinished, 'wx');
    // Its option to flush came with Node.js 20.10.
    fs.writeFileSync(file, data);
    fs.fsyncSync(file);
    fs.fchmodSync(file, 0o644);
    fs.closeSync(file);
    fs.renameSync(unfinished, path);
  });
  remove(unfinished);
}

function remove(path: string): void {
  attempt(() => {
    fs.rmSync(path, { force: true });
  });
}

function mayWriteIn(folder: string): boolean {
  const answer = attempt(() => {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  });
  return answer === true;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
