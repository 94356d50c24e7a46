import type { z } from 'zod';
import type { contact } from '../../api/contracts/case.ts';
import type { ApiClient } from './client.ts';

/** A student's case, open or not, and the service as the person who can see it. */
export interface FoundCase {
  client: ApiClient;
  caseId: string;
  /** The student's id. */
  student(): Promise<string>;
  /** `Last, First (number)` when it was found by name or number; else the case's id. */
  label: string;
  /** The student's contacts. */
  contacts(): Promise<NamedContact[]>;
  /** The rounds of its tasks. */
  rounds(): Promise<TaskRound[]>;
}

/** A contact as far as a person names one. */
export type NamedContact = Pick<z.infer<typeof contact>, 'contactId' | 'relationship' | 'firstName' | 'lastName'>;

interface TaskRound {
  task: string;
  round: number;
  status: string;
}
