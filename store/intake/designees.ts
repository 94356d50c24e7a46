import type { Transaction } from '../database.ts';
import type { Duty } from '../read/duties.ts';

/** Who changes who does what, and when by the district's clock. */
export interface StaffAct {
  by: string;
  role: string;
  at: string;
}

interface NewDesignee {
  school: string | null;
  duty: Duty;
  person: string;
  from: string;
  until: string | null;
  standsInFor: string | null;
  note: string;
}

/** Writes down who is designated. @returns its id */
export async function writeDesignee(trx: Transaction, named: NewDesignee, { by, role, at }: StaffAct): Promise<string> {
  const [row] = await trx('designee')
    .insert({
      school_id: named.school,
      duty_kind: named.duty.kind,
      duty: named.duty.name,
      person_id: named.person,
      from_day: named.from,
      until_day: named.until,
      stands_in_for: named.standsInFor,
      note: named.note,
      named_by: by,
      named_role: role,
      named_at: at,
    })
    .returning<{ designee_id: string }[]>('designee_id');
  return row!.designee_id;
}

/** Ends a designation, and those of the substitutes for it. What has ended already stays as it is. */
export async function closeDesignee(
  trx: Transaction,
  designeeId: string,
  end: { why: string; givenUp: boolean },
  { by, role, at }: StaffAct,
): Promise<void> {
  await trx('designee')
    .whereRaw('? IN (designee_id, stands_in_for)', [designeeId])
    .whereNull('ended_at')
    .update({ ended_by: by, ended_role: role, ended_at: at, ended_why: end.why, given_up: end.givenUp });
}

/** Asks for a post at every school, in place of what was asked of this role before. */
export async function writeRequiredPost(
  trx: Transaction,
  post: { role: string; certificated: boolean; clause: string },
  act: StaffAct,
): Promise<void> {
  await closeRequiredPost(trx, post.role, post.clause, act);
  await trx('required_post').insert({ ...post, set_by: act.by, set_at: act.at });
}

/** Asks for a post no more. @returns whether it was asked for */
export async function closeRequiredPost(trx: Transaction, role: string, why: string, { by, at }: StaffAct): Promise<boolean> {
  const ended = await trx('required_post').where({ role }).whereNull('ended_at').update({ ended_by: by, ended_at: at, ended_why: why });
  return ended === 1;
}
