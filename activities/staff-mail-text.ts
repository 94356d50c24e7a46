import type { MissingLine, TaskLine, ToTell } from '../store/staff-messages.ts';

/** More lines than these are counted and not listed. */
const MOST_LINES = 25;

/**
 * What a message to somebody on the staff says. It leaves the building, so it names schools, sections, days and tasks, and cases by
 * their ids; never a student, and nothing from which one could be told (34 CFR 99.3; decision 53).
 */
export function staffMailText({ schoolName, missing, tasks }: ToTell): { subject: string; text: string } {
  const counts = [
    ...(missing.length ? [`attendance to submit (${missing.length})`] : []),
    ...(tasks.length ? [`tasks to do (${tasks.length})`] : []),
  ];
  const parts = [
    ...(missing.length ? [['Attendance has not been submitted:', ...lines(missing.map(missingLine))].join('\n')] : []),
    ...(tasks.length ? [['Tasks that wait to be done:', ...lines(tasks.map(taskLine))].join('\n')] : []),
  ];
  return {
    subject: `${schoolName}: ${counts.join(', ')}`,
    text: [
      ...parts,
      [
        ...(missing.length
          ? [
              'Nobody’s case moves on such a day until it comes. Submit it in your student information system, or say that it was taken there.',
            ]
          : []),
        ...(tasks.length ? ['Look a case up by its number, for example: rollbook case NUMBER. What was done is written down there.'] : []),
        'You get this from Rollbook, the district’s attendance service, because this work falls to you. Students are not named in mail.',
      ].join('\n'),
      '',
    ].join('\n\n'),
  };
}

function lines(all: string[]): string[] {
  const shown = all.slice(0, MOST_LINES).map((line) => `- ${line}`);
  return all.length > MOST_LINES ? [...shown, `- and ${all.length - MOST_LINES} more`] : shown;
}

function missingLine({ date, section, period, course }: MissingLine): string {
  if (section === '' && period === '') return `${date}, the whole school day`;
  return [date, section && `section ${section}`, course, period && `period ${period}`].filter(Boolean).join(', ');
}

function taskLine({ title, dueOn, caseId }: TaskLine): string {
  return `${title}: due ${dueOn}, case ${caseId}`;
}
