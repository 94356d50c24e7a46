import type { Knex } from 'knex';
import * as attendance from './001_attendance.ts';
import * as cases from './002_cases.ts';
import * as people from './003_people.ts';
import * as grants from './004_grants.ts';
import * as dayFacts from './005_day_facts.ts';
import * as reading from './006_reading.ts';
import * as codes from './007_codes.ts';
import * as caseLife from './011_cases.ts';
import * as completeness from './012_completeness.ts';
import * as mergedRecords from './015_merged_records.ts';
import * as standing from './008_standing.ts';
import * as deliveries from './009_deliveries.ts';
import * as roster from './010_roster.ts';
import * as corrections from './013_corrections.ts';
import * as submissions from './014_submissions.ts';
import * as heldDays from './016_held_days.ts';
import * as unenforcedReferences from './017_unenforced_references.ts';
import * as partedRecords from './018_parted_records.ts';
import * as midYear from './021_mid_year.ts';
import * as ofAge from './023_of_age.ts';
import * as roomForUpdates from './022_room_for_updates.ts';
import * as feeds from './020_feeds.ts';
import * as policyVersions from './024_policy_versions.ts';
import * as policyRehearsals from './025_policy_rehearsals.ts';
import * as designees from './026_designees.ts';
import * as letterTexts from './027_letter_texts.ts';
import * as trackOfAStay from './028_track_of_a_stay.ts';
import * as madeUpDays from './029_made_up_days.ts';
import * as feedChanges from './030_feed_changes.ts';
import * as feedsTriedOut from './034_feeds_tried_out.ts';
import * as priorYear from './031_prior_year.ts';
import * as support from './033_support.ts';
import * as partners from './038_partners.ts';
import * as staffMessages from './032_staff_messages.ts';
import * as yearlyRates from './035_yearly_rates.ts';

interface Migration {
  name: string;
  up(knex: Knex): Promise<void>;
}

/**
 * The schema's history, oldest first. Forward only: a landed migration is never edited; a mistake is mended by the next one.
 * Names carry no file extension, so that source and compiled runs agree on what has been applied.
 */
const MIGRATIONS: Migration[] = [
  { name: '001_attendance', up: attendance.up },
  { name: '002_cases', up: cases.up },
  { name: '003_people', up: people.up },
  { name: '004_grants', up: grants.up },
  { name: '005_day_facts', up: dayFacts.up },
  { name: '006_reading', up: reading.up },
  { name: '007_codes', up: codes.up },
  { name: '008_standing', up: standing.up },
  { name: '009_deliveries', up: deliveries.up },
  { name: '010_roster', up: roster.up },
  { name: '011_cases', up: caseLife.up },
  { name: '012_completeness', up: completeness.up },
  { name: '013_corrections', up: corrections.up },
  { name: '014_submissions', up: submissions.up },
  { name: '015_merged_records', up: mergedRecords.up },
  { name: '016_held_days', up: heldDays.up },
  { name: '017_unenforced_references', up: unenforcedReferences.up },
  { name: '018_parted_records', up: partedRecords.up },
  { name: '021_mid_year', up: midYear.up },
  { name: '023_of_age', up: ofAge.up },
  { name: '022_room_for_updates', up: roomForUpdates.up },
  { name: '020_feeds', up: feeds.up },
  { name: '024_policy_versions', up: policyVersions.up },
  { name: '026_designees', up: designees.up },
  { name: '027_letter_texts', up: letterTexts.up },
  { name: '028_track_of_a_stay', up: trackOfAStay.up },
  { name: '029_made_up_days', up: madeUpDays.up },
  { name: '030_feed_changes', up: feedChanges.up },
  { name: '025_policy_rehearsals', up: policyRehearsals.up },
  { name: '031_prior_year', up: priorYear.up },
  { name: '033_support', up: support.up },
  { name: '038_partners', up: partners.up },
  { name: '034_feeds_tried_out', up: feedsTriedOut.up },
  { name: '032_staff_messages', up: staffMessages.up },
  { name: '035_yearly_rates', up: yearlyRates.up },
];

/** For knex: where the migrations are. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: () => Promise.resolve(MIGRATIONS),
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) =>
    Promise.resolve({
      up: (knex) => migration.up(knex),
      down: () => Promise.reject(new Error(`migration ${migration.name} goes forward only; restore a backup to go back`)),
    }),
};
