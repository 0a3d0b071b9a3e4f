import type { Command } from 'commander';
import { ExitCode, toMessage } from '../shared/errors.js';
import type { Connection } from '../shared/influx/connection.js';
import type { CommandResult } from './command-result.js';
import { type GivenOptions, readOptions } from './options.js';
import { type FleetQuery, type ReportQuery, toReportQuery } from './query.js';
import { type Terminal, toTerminal } from './terminal.js';
import { readOwnUser } from './user-filter.js';
import { isFile, writeOutput } from './write-output.js';

/** The only place that prints: the report, in one piece, to stdout or to a file. */
export async function printReport(command: Command): Promise<void> {
  const given = readOptions(command);
  const { format, output } = given.options;
  const { text, exitCode } = await (format === 'nagios' ? runAsPlugin(given) : runOptions(given));
  writeOutput(text, output);
  if (exitCode !== 0) throw new ExitCode(exitCode);
}

async function runOptions(given: GivenOptions): Promise<CommandResult> {
  const query = toReportQuery(given, { readOwnUser, stdoutIsTerminal: process.stdout.isTTY });
  return runReport(query, Date.now(), terminalFor(given));
}

/** A monitoring plugin says what went wrong on stdout, and ends with a code that is no warning. */
async function runAsPlugin(given: GivenOptions): Promise<CommandResult> {
  try {
    return await runOptions(given);
  } catch (error) {
    const { toNagiosFailure } = await import('./formats/nagios.js');
    return toNagiosFailure(toMessage(error));
  }
}

/** Makes the report; a view's libraries are loaded for it alone. */
async function runReport(
  query: ReportQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<CommandResult> {
  switch (query.view) {
    case 'day': {
      const { makeDay } = await import('./make-day.js');
      return makeDay(query, nowMs, terminal);
    }
    case 'fleet': {
      const { makeFleet } = await import('./make-fleet.js');
      return makeFleet(query, await readServer(query), nowMs, terminal);
    }
    case 'user':
    case 'hours':
    case 'lifecycles': {
      const { makeDetails } = await import('./make-details.js');
      return done(await makeDetails(query, nowMs, terminal));
    }
    case 'trend': {
      const { makeTrend } = await import('./make-trend.js');
      return done(await makeTrend(query, nowMs, terminal));
    }
    case 'ledger': {
      const { makeLedger } = await import('./make-ledger.js');
      return done(await makeLedger(query, nowMs, terminal));
    }
    case 'fit': {
      const { makeFit } = await import('./make-fit.js');
      return done(await makeFit(query, nowMs, terminal));
    }
    case 'page': {
      const { makePage } = await import('./make-page.js');
      return done(await makePage(query, nowMs));
    }
  }
}

/** The server that machines ship to; what is dangerous about it goes to stderr. */
async function readServer({ server }: FleetQuery): Promise<Connection> {
  const { readConnection } = await import('../shared/influx/read-connection.js');
  const { findWarnings } = await import('../shared/influx/warnings.js');
  const connection = readConnection(server, process.env);
  for (const warning of findWarnings(connection)) process.stderr.write(`psusage: ${warning}\n`);
  return connection;
}

function done(text: string): CommandResult {
  return { text, exitCode: 0 };
}

/** A file is no terminal: it has no colours, whatever stdout is. */
function terminalFor({ options: { output } }: GivenOptions): Terminal {
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  return toTerminal(isFile(output) ? {} : process.stdout, { COLUMNS, NO_COLOR, TERM });
}
