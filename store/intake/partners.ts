import type { Transaction } from '../database.ts';
import type { StaffAct } from './designees.ts';

/** Adds an organisation with which tasks are shared. @returns false if its key is taken: keys stand in the record */
export async function writePartner(
  trx: Transaction,
  { partner, name }: { partner: string; name: string },
  { by, at }: StaffAct,
): Promise<boolean> {
  const added = await trx('partner')
    .insert({ partner_id: partner, name, added_by: by, added_at: at })
    .onConflict('partner_id')
    .ignore()
    .returning('partner_id');
  return added.length === 1;
}

interface NewAgreement {
  partner: string;
  schools: string[] | null;
  from: string;
  until: string;
  purpose: string;
}

/** Writes down a signed agreement. */
export async function writeAgreement(
  trx: Transaction,
  { partner, schools, from, until, purpose }: NewAgreement,
  { by, role, at }: StaffAct,
): Promise<void> {
  await trx('partner_agreement').insert({
    partner_id: partner,
    schools,
    from_day: from,
    until_day: until,
    purpose,
    signed_by: by,
    signed_role: role,
    signed_at: at,
  });
}

/** Ends an agreement, with a reason: from this moment nothing is told under it. @returns false if there is none that could end */
export async function closeAgreement(trx: Transaction, agreementId: string, why: string, { by, at }: StaffAct): Promise<boolean> {
  const ended = await trx('partner_agreement')
    .where({ agreement_id: agreementId })
    .whereNull('ended_at')
    .update({ ended_by: by, ended_at: at, ended_why: why });
  return ended === 1;
}
