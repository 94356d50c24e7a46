import type { StudentFlag } from '../../../policy/vocabulary.ts';
import { days, PaperCase } from '../paper-case.ts';

/** A case with one filed report and the evaluation list sent: letter 1 is next. */
export function reported(flags: StudentFlag[] = [], more: { age?: number } = {}): PaperCase {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 3, unexcused: 3, truancy: days(3), flags, ...more });
  file(paper, days(3));
  paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list');
  return paper;
}

export function file(paper: PaperCase, events: string[]): void {
  paper.must(paper.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day }));
}

/** Approves and mails the letter's latest round. */
export function mail(paper: PaperCase, letter: string): void {
  const round = paper.task(letter)?.round ?? 1;
  paper.must(paper.command('principal', { kind: 'approve_letter', letter, round }));
  paper.must(paper.does('clerk', { kind: 'letter_mailed', details: { letter, channel: 'mail', contact: 'mother' } }, letter));
}
