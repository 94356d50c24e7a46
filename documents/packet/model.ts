import type { PacketSource } from '../../cases/documents.ts';
import type { PacketModel } from './blocks.ts';
import { CaseRecord } from './record.ts';
import { words } from './words.ts';

/**
 * The packet as it will be read: sections of statements and tables, each line with the records it rests on. Pure; the template only
 * sets it in type.
 */
export function packetModel(source: PacketSource, version: number, sha256: string): PacketModel {
  const { student, school, standing } = source;
  const view = new CaseRecord(source);
  return {
    title: source.ground ? 'Referral to the School Attendance Review Board' : 'Attendance intervention record',
    subtitle: `${student.name}, ${school.name}`,
    district: source.district,
    student: `Student ${student.localId}`,
    version,
    hash: sha256,
    reading:
      'This packet is written for the board and for the family alike. Each statement names in brackets the record it rests on: A an attendance day, E an entry of the case’s record, C a contact, S a record of the school, P the policy. The last section lists them all. An entry that was found to be wrong is struck through and stays readable. The two clocks are kept apart: all absences open support; only unexcused absences, reported by a person, make a truant.',
    cover: [
      { label: 'Student', text: `${student.name} (${student.localId})`, cites: ['P'] },
      { label: 'School', text: school.name, cites: ['P'] },
      {
        label: 'Grade and date of birth',
        text: `${student.grade ?? 'not recorded'}; ${student.birthdate ?? 'not recorded'}`,
        cites: ['P'],
      },
      {
        label: 'Ground of the referral',
        text: source.ground ? words(source.ground) : 'not referred: the record as it stands',
        cites: [view.tagOf('referred') ?? 'P'],
      },
      {
        label: 'Case opened',
        text: `${view.first('case_opened')?.day ?? ''} (${words(view.first('case_opened')?.body.why ?? '')})`,
        cites: ['E-1'],
      },
      { label: 'As of', text: `${source.day}; attendance as of ${standing.asOf}`, cites: [view.standingTag()] },
      {
        label: 'Policy',
        text: `${source.policy.id}, version ${source.policy.version}, ${source.policy.digest.slice(0, 16)}`,
        cites: ['E-1'],
      },
      { label: 'Version of this packet', text: `${version}, source SHA-256 ${sha256}`, cites: ['P'] },
    ],
    sections: [
      { title: 'Student and contacts', blocks: view.contacts() },
      { title: 'Standing on both clocks', blocks: view.standing() },
      { title: 'Attendance day by day', blocks: view.attendance() },
      { title: 'Truancy reports', blocks: view.reports() },
      { title: 'Letters', blocks: view.letters() },
      { title: 'Contact attempts', blocks: view.actions(['contact', 'contact_correction'], 'No contact has been documented.') },
      { title: 'Meetings and conferences', blocks: view.actions(['conference', 'meeting'], 'No meeting has been documented.') },
      { title: 'Plans and contracts', blocks: view.actions(['plan', 'contract'], 'No plan or contract has been documented.') },
      {
        title: 'Referrals and consultations',
        blocks: view.actions(
          ['agency_referral', 'consultation', 'follow_up', 'notice_of_referral'],
          'No referral or consultation has been documented.',
        ),
      },
      {
        title: 'Reviews and monitoring',
        blocks: view.actions(['absence_review', 'evaluation_list', 'pattern_review', 'monitoring'], 'No review has been documented.'),
      },
      { title: 'Work of the school cited on this case', blocks: view.schoolRecords() },
      { title: 'What was not available, and what was justified', blocks: view.exceptions() },
      { title: 'Chronological record', blocks: view.chronicle() },
      { title: 'What is asked, and what is missing', blocks: view.readiness() },
      { title: 'Index of records', blocks: view.index() },
    ],
  };
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
  return [...lines, ...model.cover].filter((line) => line.cites.length === 0).map((line) => line.text);
}
