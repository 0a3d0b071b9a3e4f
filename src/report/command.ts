import type { Command } from 'commander';
import { addReportOptions } from './options.js';

const EXAMPLES = `
Examples:
  psusage report --day                        today, so far
  psusage report --day yesterday --top 10     the ten users who spent the most
  psusage report --day 2026-03-29 --by program
  psusage report --user foo_com               what one user spent: on what, when, in which processes
  psusage report --mine                       the same of whoever asks, and of nobody else
  psusage report --by process --top 5         the costliest processes of the day
  psusage report --by hour --day yesterday
  psusage report --from 2026-03-01 --to 2026-03-31 --format csv
  psusage report --ledger --baseline 20%      each user's credits as a burstable instance has them
  psusage report --fit                        which burstable size the last 30 recorded days would fit
  psusage report --tz America/New_York        days as they are in another time zone
  psusage report --budget 20% --budget 'shop_*=288c' --budget foo_com=50%
  psusage report --check 80,100               for cron: a line for each user over a mark
  psusage report --days 90                    who grows, and when a budget or the host is full
  psusage report --days 30 --by day           each day with its busiest hour
  psusage report --day yesterday --format html --output day.html

All machines that ship to one server, by what it has received; psusage ship --help has more on servers:
  psusage report --source influx --url http://localhost:8086 --database psusage
  psusage report --source influx --by host    with the server in the table [influx] of the config file
A database does not know processes, commands, uids, vCPUs or coverage.

A number alone names the user who is called so, and the uid where nobody is; uid:1001 is always a uid.
100 % is one vCPU. A credit is one vCPU at 100 % for a minute: 6,000 util-seconds.`;

/** `psusage report`: figures for people and programs. It never writes. */
export function defineReport(command: Command): void {
  command.description(
    "Prints each user's CPU credits of a day, or of several, from this machine's journal or of all machines.",
  );
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (_options: unknown, command: Command) => {
    const { printReport } = await import('./run-report.js');
    await printReport(command);
  });
}
