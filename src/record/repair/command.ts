import type { Command } from 'commander';
import type { GlobalOptions } from '../../shared/global-options.js';

const NOTES = `
The recorder sets a journal aside that turns out to be damaged, and goes on in a new one. This copies
what is whole of the damaged one into the new one: while the recorder runs, and each row once, however
often it is run. The damaged file stays as it is; remove it when you need it no more.`;

/** The arguments of `psusage repair`; what it needs is loaded when it runs. */
export function defineRepair(command: Command): void {
  command
    .description('Copies what can be read of a damaged journal into the one that took its place.')
    .argument('[damaged]', 'the damaged journal; none: list those that were set aside')
    .addHelpText('after', NOTES)
    .action(async (damaged: string | undefined, _flags: unknown, command: Command) => {
      const { journal, host } = command.optsWithGlobals<GlobalOptions>();
      const { listDamaged, repair } = await import('./repair.js');
      const output = {
        print: (line: string) => process.stdout.write(`${line}\n`),
        progress: (line: string) => process.stderr.write(`${line} so far\n`),
      };
      if (damaged === undefined) listDamaged(journal, output);
      else repair({ journal, damaged, hostname: host }, output);
    });
}
