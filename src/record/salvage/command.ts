import type { Command } from 'commander';

const NOTES = `
The recorder sets a damaged journal aside and continues in a new one. psusage
salvage copies the readable part of the damaged one into a third file and
changes neither of the two. Read it with psusage report --journal, and ship it
with psusage ship --journal. Quarter-hours that cannot be read are gaps in the
reports.

Exits 1 when anything is missing.`;

/** The arguments of `psusage salvage`; what it needs is loaded when it runs. */
export function defineSalvage(command: Command): void {
  command
    .description('Copies what can be read of a damaged journal to a new one.')
    .argument('<damaged>', 'the damaged journal')
    .requiredOption('--output <file>', 'the new journal')
    .addHelpText('after', NOTES)
    .action(async (damaged: string, { output }: { output: string }) => {
      const { salvage } = await import('./salvage.js');
      salvage(damaged, output, (line) => {
        process.stdout.write(`${line}\n`);
      });
    });
}
