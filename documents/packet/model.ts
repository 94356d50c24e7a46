import type { PacketSource } from '../../cases/documents.ts';
import { lastRungInFull, lawOf } from '../law.ts';
import type { Ground } from '../../policy/vocabulary.ts';
import { dayGroups, shortDate } from '../dates.ts';
import { asked, verdicts } from './asked.ts';
import { attendance } from './attendance.ts';
import type { CoverLine, PacketModel } from './blocks.ts';
import { chronicle } from './chronicle.ts';
import { CaseRecord } from './record.ts';
import { indexOfRecords } from './records.ts';
import { absences, actions, contacts, exceptions, letters, reports, schoolRecords, standing, standingReports } from './sections.ts';
import { capital, counted, gradeName, words } from './words.ts';

/**
 * The packet as it will be read: sections of statements and tables, each line with the records it rests on. Pure; the template only
 * sets it in type.
 */
export function packetModel(source: PacketSource, version: number, sha256: string): PacketModel {
  const { student, school } = source;
  const view = new CaseRecord(source);
  return {
    title: view.ground() ? `Referral to ${lastRungInFull(view.source)}` : 'Attendance intervention record',
    subtitle: student.name,
    district: source.district,
    head: `${student.name} (${student.localId}), ${school.name}`,
    confidential: `Confidential pupil record (${lawOf(view.source, 'records')})`,
    version,
    hash: sha256,
    reading:
      'Written for the board and for the family alike. Each line names in brackets the record it rests on: A a day of attendance, C a contact, D this document, E an entry of the case’s record, P the district’s policy, R the roster, S a record of the school. The last section lists them all. An entry that was found to be wrong is struck through and stays readable. Two clocks are kept apart: all absences open support; only unexcused absences, reported by a person, make a truant.',
    verdicts: verdicts(view),
    cover: cover(view, version, sha256),
    sections: [
      { title: 'Student and contacts', blocks: contacts(view) },
      { title: 'Standing on both clocks', blocks: standing(view) },
      { title: 'What is asked, and what is missing', blocks: asked(view) },
      { title: 'Attendance day by day', blocks: attendance(view) },
      { title: 'Truancy reports', blocks: reports(view) },
      { title: 'Letters', blocks: letters(view) },
      {
        title: 'Contact attempts',
        blocks: actions(view, ['contact', 'contact_correction'], 'No attempt to reach the family has been documented.'),
      },
      {
        title: 'Meetings and conferences',
        blocks: actions(view, ['conference', 'meeting'], 'No meeting or conference has been documented.'),
      },
      {
        title: 'Plans, contracts and directives',
        blocks: actions(view, ['plan', 'contract', 'directive'], 'No plan or contract has been documented.'),
      },
      {
        title: 'Referrals and consultations',
        blocks: actions(
          view,
          ['agency_referral', 'consultation', 'follow_up', 'coordination', 'correction_note', 'recognition', 'notice_of_referral'],
          'No referral or consultation has been documented.',
        ),
      },
      {
        title: 'Reviews and monitoring',
        blocks: actions(
          view,
          ['absence_review', 'evaluation_list', 'pattern_review', 'monitoring'],
          'No review or monitoring has been documented.',
        ),
      },
      { title: 'Work of the school cited on this case', blocks: schoolRecords(view) },
      { title: 'What was not available, and what was justified', blocks: exceptions(view) },
      { title: 'Chronological record', blocks: chronicle(view) },
      { title: 'Index of records', blocks: indexOfRecords(view, version, sha256) },
    ],
  };
}

function cover(view: CaseRecord, version: number, sha256: string): CoverLine[] {
  const { student, school, standing: s, policy, day } = view.source;
  const opened = view.first('case_opened');
  const referred = view.last('referred');
  const moved = view.last('policy_migrated');
  const ground = view.ground();
  const standingTag = view.standingTag();
  const filed = standingReports(view);
  const born = student.birthdate ? `born ${shortDate(student.birthdate)}` : 'date of birth not recorded';
  return [
    { label: 'Student', text: `${student.name}, student number ${student.localId}, ${born}`, cites: ['R'] },
    { label: 'School', text: `${school.name}, ${student.grade ? gradeName(student.grade) : 'grade not recorded'}`, cites: ['R'] },
    {
      label: 'Ground of referral',
      text: ground
        ? `${capital(words(ground))} (${sectionsOf(view, ground)})${referred ? `; referred on ${shortDate(referred.day)} by ${view.who(referred)}` : ''}`
        : 'Not referred; this is the record as it stands',
      cites: [referred ? `E-${referred.seq}` : 'D'],
    },
    {
      label: 'All absences',
      text: `${absences(view)}, as of ${shortDate(s.asOf)}`,
      cites: [standingTag],
    },
    {
      label: 'Truancy track',
      text: `${counted(s.truancy.length, 'unexcused day')} ${s.truancy.length === 1 ? 'counts' : 'count'}, as of ${shortDate(s.asOf)}; ${
        filed.length
          ? `${counted(filed.length, 'truancy report')}, filed ${dayGroups(filed.map((r) => r.body.on))}`
          : 'no truancy report filed'
      }`,
      cites: [standingTag, ...filed.map((r) => `E-${r.seq}`)],
    },
    {
      label: 'Case opened',
      text: opened ? `${shortDate(opened.day)}: ${words(opened.body.why)}` : 'not recorded',
      cites: ['E-1'],
    },
    {
      label: 'This document',
      text: `Version ${version}, record as of ${shortDate(day)}, policy ${policy.id} version ${policy.version}${moved ? `, since ${shortDate(moved.day)}; before, ${moved.body.from.id} version ${moved.body.from.version}` : ''}`,
      cites: ['D', 'P', ...(moved ? [`E-${moved.seq}`] : [])],
    },
    { label: 'SHA-256 of its data', text: sha256, cites: ['D'] },
  ];
}

/** The sections of a referral; in one code they are cited together. */
function sectionsOf(view: CaseRecord, ground: Ground): string {
  const [referral, own] = [lawOf(view.source, 'referral'), ground === 'habitual_truant' ? lawOf(view.source, 'habitual') : null];
  return own === null ? referral : `${own}, ${referral.replace(/^EC /, '')}`;
}

/** Statements and rows without a citation; a packet has none. */
export function uncited(model: PacketModel): string[] {
  const lines = model.sections
    .flatMap((s) => s.blocks)
    .flatMap((b) =>
      b.kind === 'statements'
        ? b.items.map((i) => ({ text: i.text, cites: i.cites }))
        : b.kind === 'table'
          ? b.rows.map((r) => ({ text: r.cells.join(' | '), cites: r.cites }))
          : [],
    );
  const verdictLines = model.verdicts.map((v) => ({ text: v.title, cites: v.cites }));
  return [...lines, ...verdictLines, ...model.cover].filter((line) => line.cites.length === 0).map((line) => line.text);
}
