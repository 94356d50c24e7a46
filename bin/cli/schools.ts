import type { z } from 'zod';
import type { school } from '../../api/contracts/school.ts';
import type { Cli } from './cli.ts';
import type { ApiClient } from './client.ts';
import { CliError } from './errors.ts';

type School = z.infer<typeof school>;

/** The schools that the person of `--as` can see; a role that holds at several schools brings each its own. */
export async function schools(cli: Cli): Promise<(School & { client: ApiClient })[]> {
  const found = new Map<string, School & { client: ApiClient }>();
  for (const { client } of await cli.clients()) {
    const answer = await client.get<{ schools: School[] }>('/v1/schools');
    for (const one of answer.schools) if (!found.has(one.schoolId)) found.set(one.schoolId, { ...one, client });
  }
  return [...found.values()];
}

/**
 * A school by its id or a piece of its name.
 * @throws CliError if none or several fit
 */
export async function findSchool(cli: Cli, written: string): Promise<School & { client: ApiClient }> {
  const all = await schools(cli);
  const asked = written.toLowerCase();
  const fitting = all.filter(({ schoolId, name }) => schoolId === written || name.toLowerCase().includes(asked));
  if (fitting.length === 1) return fitting[0]!;
  throw new CliError(`"${written}" fits ${fitting.length ? 'several schools' : 'no school'} that this person can see`, {
    type: fitting.length ? 'ambiguous' : 'not-found',
    lines: (fitting.length ? fitting : all).map(({ schoolId, name }) => `${schoolId}: ${name}`),
  });
}
