import { ApplicationFailure, Context } from '@temporalio/activity';

/** Classes of PostgreSQL's errors that pass by themselves: connection, rollback, resources, prerequisites, operator, system. */
const PASSING = ['08', '40', '53', '55', '57', '58'];
/** The same row written by somebody else at the same time: the next try sees it. */
const UNIQUE_VIOLATION = '23505';
/** Other errors are tried this often, in case they pass all the same. */
const TRIES = 4;

/**
 * Runs an activity's work so that the case is told when it cannot succeed: an error that passes by itself is retried for as long as it
 * lasts; any other a few times, and then it fails for good. Names constraints, never the values that broke them.
 */
export async function permanentInTheEnd<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure || passes(error) || Context.current().info.attempt < TRIES) throw error;
    throw ApplicationFailure.nonRetryable(`could not be recorded: ${inShort(error)}`, 'CannotRecord');
  }
}

function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

function passes(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return code === UNIQUE_VIOLATION || PASSING.includes(code.slice(0, 2)) || /^E[A-Z]+$/.test(code);
  // The pool's time-out and a connection that broke carry no code.
  return (
    error instanceof Error &&
    (error.name === 'KnexTimeoutError' || error.message.startsWith('Connection terminated') || error.message.includes('Connection ended'))
  );
}

function inShort(error: unknown): string {
  const code = codeOf(error);
  const constraint = typeof error === 'object' && error !== null && 'constraint' in error ? ` at ${String(error.constraint)}` : '';
  if (code !== null) return `PostgreSQL's error ${code}${constraint}`;
  return error instanceof Error ? error.message : String(error);
}
