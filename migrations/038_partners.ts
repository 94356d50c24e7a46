import type { Knex } from 'knex';

/**
 * Why: community partners share tasks. A person signs in for an organisation outside the district, and sees a student's task only if the
 * case was referred to that organisation and the law lets the district tell it: under a written agreement, or with consent (34 CFR 99.31, 99.30).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Organisations with which the district shares tasks.
    CREATE TABLE partner (
      partner_id text PRIMARY KEY,
      name text NOT NULL,
      added_by text NOT NULL,
      added_at timestamptz NOT NULL
    );
    -- Written agreements that make a partner's staff school officials with a legitimate interest (34 CFR 99.31(a)(1)(i)(B), EC 49076).
    CREATE TABLE partner_agreement (
      agreement_id uuid PRIMARY KEY DEFAULT uuidv7(),
      partner_id text NOT NULL REFERENCES partner,
      -- Null: students of the whole district.
      schools text[],
      from_day date NOT NULL,
      until_day date NOT NULL,
      -- What for, and where the signed paper lies.
      purpose text NOT NULL,
      signed_by text NOT NULL,
      signed_role text NOT NULL,
      signed_at timestamptz NOT NULL,
      ended_by text,
      ended_at timestamptz,
      ended_why text,
      CHECK (until_day >= from_day),
      CHECK (num_nulls(ended_by, ended_at, ended_why) IN (0, 3))
    );
    CREATE INDEX partner_agreement_partner ON partner_agreement (partner_id);

    ALTER TABLE person ADD COLUMN partner text REFERENCES partner,
      ADD CONSTRAINT person_partner CHECK ((role = 'partner') = (partner IS NOT NULL));

    -- The cases that were referred to a partner: asked for with every look of it.
    CREATE INDEX case_action_partner ON case_action ((details ->> 'partner')) WHERE kind = 'agency_referral';

    GRANT SELECT ON partner, partner_agreement TO rollbook_worker, rollbook_api;
    GRANT INSERT ON partner, partner_agreement TO rollbook_api;
    GRANT UPDATE (ended_by, ended_at, ended_why) ON partner_agreement TO rollbook_api;
  `);
}
