import type { z } from 'zod';
import type { partnerTasks } from '../../api/contracts/partners.ts';
import type { ApiClient } from './client.ts';
import { CliError } from './errors.ts';
import type { FoundCase } from './found-case.ts';

type Task = z.infer<typeof partnerTasks>['tasks'][number];

/**
 * The case that a partner means, by its id or by the student's name. A partner knows it by the open tasks of its organisation, and by nothing else.
 * @returns null where nothing of it is open for the partner, or whoever asks is none
 */
export async function findPartnerCase(client: ApiClient, reference: string): Promise<FoundCase | null> {
  const all = await tasksOf(client);
  const words = reference
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const fits = ({ caseId, student }: Task): boolean =>
    caseId === reference.toLowerCase() ||
    words.every((word) => [student.firstName, student.lastName].some((name) => name.toLowerCase().startsWith(word)));
  const tasks = all.filter(fits);
  const cases = [...new Set(tasks.map(({ caseId }) => caseId))];
  if (cases.length > 1)
    throw new CliError(`"${reference}" fits ${cases.length} students`, {
      type: 'ambiguous',
      detail: 'Use the case of one of them:',
      lines: [...new Set(tasks.map(({ caseId, student }) => `${caseId}: ${student.lastName}, ${student.firstName}`))],
    });
  const [first] = tasks;
  if (!first) return null;
  const { caseId, student } = first;
  return {
    client,
    caseId,
    label: `${student.lastName}, ${student.firstName}`,
    student: () => Promise.reject(new CliError('A partner knows of a student no more than its tasks', { type: 'role-not-allowed' })),
    contacts: () => Promise.resolve([...new Map(tasks.flatMap(({ contacts }) => contacts).map((one) => [one.contactId, one])).values()]),
    rounds: () => Promise.resolve(tasks.map(({ task, round }) => ({ task, round, status: 'open' }))),
  };
}

async function tasksOf(client: ApiClient): Promise<Task[]> {
  try {
    return (await client.get<z.infer<typeof partnerTasks>>('/v1/partner-tasks', { limit: '500' })).tasks;
  } catch (error) {
    if (error instanceof CliError && error.more.status === 403) return [];
    throw error;
  }
}
