import type { Command } from 'commander';
import { addReportOptions } from './options.js';

const EXAMPLES = `
Examples:
  psusage report --day                     today so far
  psusage report --day yesterday --top 10  the ten users who used the most
  psusage report --user foo_com            one user: programs, hours, processes
  psusage report --user 'shop*'            the same of several users together
  psusage report --mine                    your own usage only
  psusage report --by process --top 5      the costliest processes
  psusage report --user foo_com --at 14:32 what ran in that minute
  psusage report --day 2026-03-29 --by program
  psusage report --hours 24                the last 24 hours, a row for each
  psusage report --month last --top 10     last month; --week last for a week
  psusage report --from 2026-03-01 --to 2026-03-31 --format csv
  psusage report --budget 20% --budget 'shop_*=288c' --budget foo_com=50%
  psusage report --check 80,100            for cron: a line for each user above
  psusage report --days 90                 who grows, and until when it fits
  psusage report --days 30 --by day        each day with its busiest hour
  psusage report --days 30 --user foo_com  one user's growth
  psusage report --fit                     the smallest burstable size that does
  psusage report --ledger --baseline 20%   credits earned, spent and left
  psusage report --tz America/New_York     days of another time zone
  psusage report --day yesterday --format html --output day.html
  psusage report --user foo_com --format html --output foo_com.html
                                           for foo_com: nothing of other users
  psusage report --source influx --by host
                                           all machines that ship to one server

100 % is one vCPU. A credit is one vCPU at 100 % for one minute: 6,000
util-seconds. A number names the user with that name, or else the uid; uid:1001
is always a uid.

The server for --source influx is best set under [influx] in the config file. A
server does not know processes, commands, uids, vCPUs or coverage. psusage ship
--help has more on servers.`;

/** `psusage report`: figures for people and programs. It never writes. */
export function defineReport(command: Command): void {
  command.description(
    "Shows each user's CPU time in credits, for one day or several. It never writes to the journal.",
  );
  addReportOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (_options: unknown, command: Command) => {
    const { printReport } = await import('./run-report.js');
    await printReport(command);
  });
}
