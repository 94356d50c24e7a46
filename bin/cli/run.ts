import { CommanderError } from 'commander';
import type { Surroundings } from './cli.ts';
import { CliError, UsageError } from './errors.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';

/** Everything went as asked. */
const OK = 0;
/** It was understood and could not be done. */
const FAILED = 1;
/** It was typed wrongly. */
const USAGE = 2;

/**
 * Runs one command line and answers its exit code: 0, 1 (refused or failed), 2 (typed wrongly). Never throws.
 * @param args the words after `rollbook`
 */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const output = createOutput(surroundings.streams, args.includes('--json'));
  try {
    await createProgram(surroundings).parseAsync(args, { from: 'user' });
    return OK;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return OK;
      // Commander has already written its sentence to standard error.
      if (output.json) output.failure(new CliError(error.message.replace(/^error: /, ''), { type: 'usage' }));
      return USAGE;
    }
    if (error instanceof UsageError) {
      output.failure(new CliError(error.message, { type: 'usage' }));
      return USAGE;
    }
    output.failure(error instanceof CliError ? error : unexpected(error));
    return FAILED;
  }
}

function unexpected(error: unknown): CliError {
  if (!(error instanceof Error)) return new CliError(String(error));
  const code = (error as { code?: string }).code;
  if (code === 'ECONNREFUSED') return new CliError(`the database does not answer (${error.message}); start it with: rollbook start`);
  return new CliError(error.message || error.name);
}
