import { Argument, type Command } from 'commander';
import type { DescribedCommand } from './describe.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
type Completion = (root: DescribedCommand) => string;

const COMPLETION_OF: Readonly<Record<Shell, () => Promise<Completion>>> = {
  bash: async () => (await import('./bash.js')).bashCompletion,
  zsh: async () => (await import('./zsh.js')).zshCompletion,
  fish: async () => (await import('./fish.js')).fishCompletion,
};

const EXAMPLES = `
Where each shell looks for it, for all users:
  psusage completion bash > /usr/share/bash-completion/completions/psusage
  psusage completion zsh > /usr/local/share/zsh/site-functions/_psusage
  psusage completion fish > /usr/share/fish/vendor_completions.d/psusage.fish

For this shell alone:
  source <(psusage completion bash)`;

/**
 * `psusage completion`: prints what makes a shell complete this command line.
 *
 * @param wholeProgram every command with its options
 */
export function defineCompletion(completion: Command, wholeProgram: () => Promise<Command>): void {
  completion
    .description('Prints a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      const { describe } = await import('./describe.js');
      const completion = await COMPLETION_OF[shell]();
      process.stdout.write(completion(describe(await wholeProgram())));
    });
}
