import type { Command } from 'commander';

const NOTES = `
A journal that turns out to be damaged is set aside by the recorder, which goes on in a new one. This copies what
can be read of it into a third one, for psusage report --journal and psusage ship --journal. Neither of the other
two is touched. Where neither the sums of a quarter-hour nor its records can be read, reports show a gap.

Exit code 1 when anything is missing.`;

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
