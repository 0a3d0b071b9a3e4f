import type { Command } from 'commander';

export function addRecordCommand(program: Command, _stopOnSignals: () => AbortSignal): void {
  program.command('record');
}
