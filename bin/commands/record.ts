import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { count } from '../cli/table.ts';

/** `rollbook verify` and `rebuild`: proving the record, and making again what can be made from it. */
export function recordCommands(program: Command, surroundings: Surroundings): void {
  void program;
  void surroundings;
  void action;
  void count;
  void CliError;
  void ({} as Cli);
}
