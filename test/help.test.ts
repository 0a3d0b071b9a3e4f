import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { wholeProgram } from '../src/program.js';

const COLUMNS = 80;

function withCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withCommands)];
}

function helpOf(command: Command): string {
  let shown = '';
  command.configureOutput({
    writeOut: (text) => (shown += text),
    getOutHelpWidth: () => COLUMNS,
  });
  command.outputHelp();
  return shown;
}

it('no line of any help is wider than a terminal', async () => {
  const commands = withCommands(await wholeProgram());
  expect(commands.length).toBeGreaterThan(8);
  for (const command of commands) {
    const tooWide = helpOf(command)
      .split('\n')
      .filter((line) => line.length > COLUMNS);
    expect(tooWide, command.name()).toEqual([]);
  }
});
