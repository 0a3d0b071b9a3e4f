import type { Command } from 'commander';
import { warnOfUnknownTimeZone } from '../shared/check-time-zone.js';
import { ExitCode } from '../shared/errors.js';
import type { CommandResult } from './command-result.js';
import { type GivenOptions, readOptions } from './options.js';
import { readQuery } from './read-query.js';
import { readOwnUser } from './user-filter.js';
import { terminalFor, writeOutput } from './write-output.js';

/** The only place that prints: the report, in one piece, to stdout or to a file. */
export async function printReport(command: Command): Promise<void> {
  const given = readOptions(command);
  const { text, exitCode } = await runReport(given);
  writeOutput(text, given.options.output);
  if (exitCode !== 0) throw new ExitCode(exitCode);
}

async function runReport(given: GivenOptions): Promise<CommandResult> {
  const caller = { readOwnUser, stdoutIsTerminal: process.stdout.isTTY };
  const { view, query } = readQuery(given, caller);
  const make = await view.load();
  const nowMs = Date.now();
  if (given.options.tz === undefined) await warnOfUnknownTimeZone(nowMs, query.timeZone, '--tz');
  const result = await make(query, nowMs, terminalFor(given.options.output));
  return typeof result === 'string' ? { text: result, exitCode: 0 } : result;
}
