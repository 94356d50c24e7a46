import type { Knex } from 'knex';

/** Why: at eighteen the rights are the student's own, unless a court has appointed a conservator: a person whom letters reach then. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE contact
      DROP CONSTRAINT contact_legal_role_check,
      ADD CHECK (legal_role IN ('parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact', 'conservator'));
  `);
}
