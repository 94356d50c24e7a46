import { detailsText } from './action-fields.ts';
import { elsewhereText } from './elsewhere-text.ts';
import { studentLabel, type CasePage, type Contact } from './find-case.ts';
import { count, list, table, words, wrap } from './table.ts';

type Standing = NonNullable<CasePage['standing']>;

/** One case on one page: who, both clocks, the work, what is missing, what may be done now. */
export function caseText(page: CasePage, width: number, full: boolean): string {
  return [
    head(page, width),
    standingText(page.standing, width, full),
    reportsText(page),
    whyText(page, width),
    workText(page, width, full),
    readinessText(page, width, full),
    possibleText(page, width),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head(page: CasePage, width: number): string {
  const { student } = page;
  const lines = [
    `${studentLabel(student)}, grade ${student.grade ?? '?'}, school ${student.school}, born ${student.birthdate ?? '?'}`,
    `Case ${page.caseId}, opened ${page.openedOn} (${words(page.openedWhy)}), policy ${page.policy.id} version ${page.policy.version}, sequence ${page.seq}`,
    ...policyText(page),
    ...page.contacts.map(
      (one) =>
        `${one.relationship}: ${one.firstName} ${one.lastName}, ${one.phone ?? 'no number'}, speaks ${one.language ?? '?'}${rightsText(one)}`,
    ),
  ];
  if (page.phase !== 'open') lines.push(`The case is ${page.phase}${page.episode > 1 ? `, episode ${page.episode}` : ''}.`);
  for (const { text } of page.holds) lines.push(`Held: ${text}`);
  for (const { title, text: changes } of page.paths) lines.push(`Path: ${title}. ${changes}`);
  for (const { title, to, waits } of page.waiting) lines.push(`Waits: ${title} (to ${to}). ${waits.map(({ text: why }) => why).join(' ')}`);
  if (page.needsAttention !== null) lines.push(`Needs attention: ${page.needsAttention}`);
  for (const { to, ground, on } of page.referrals) lines.push(`Referred to ${words(to)} on ${on} as ${words(ground)}.`);
  return lines.map((line) => wrap(line, width, '  ')).join('\n');
}

/** That another version is in force than the one the case is on. */
function policyText({ policy, policyInForce: other }: CasePage): string[] {
  if (other === null) return [];
  const named = other.id === policy.id ? `version ${other.version}` : `${other.id} version ${other.version}`;
  return [`On ${policy.id} version ${policy.version}; ${named} is in force${other.since === null ? '' : ` since ${other.since}`}.`];
}

/** What a caller has to know before the call: the legal role, and an order that forbids it. */
function rightsText({ legalRole, courtOrder, mayBeContacted, receivesLetters }: Contact): string {
  const role = legalRole === null || legalRole === 'parent' ? '' : `, ${words(legalRole)}`;
  if (mayBeContacted) return receivesLetters || courtOrder === null ? role : `${role}, no letters (order of a court)`;
  return `${role}, NOT TO BE CONTACTED${courtOrder === null ? '' : ` (order of a court${courtOrder.on === null ? '' : ` of ${courtOrder.on}`})`}`;
}

function standingText(standing: Standing | null, width: number, full: boolean): string {
  if (standing === null) return 'No standing yet.';
  const { absenceLadder: ladder, truancyTrack: track } = standing;
  const rate = ladder.rate === null ? '' : ` (${(ladder.rate * 100).toFixed(1)} % of ${ladder.daysEnrolled} days)`;
  const band = ladder.band === null ? 'below the first band' : `band ${ladder.band.name}, ${range(ladder.band)}`;
  const lines = [
    `Absence ladder, as of ${ladder.asOf}: ${count(ladder.absences, 'absence')}${rate}: ${ladder.excused} excused, ${ladder.unexcused} unexcused, ` +
      `${ladder.unverified} unverified; ${band}.`,
    `Truancy track, as of ${track.asOf}: ${count(track.events.length, 'event')}, ${count(track.reportsStanding, 'report')} standing` +
      `${track.habitualTruant ? ', habitual truant' : ''}; ${track.pending.length} can still be cleared.`,
  ];
  if (track.reportDue.due) lines.push(`Report ${track.reportDue.ordinal} is due, on ${track.reportDue.events.join(', ')}.`);
  const text = lines.map((line) => wrap(line, width, '  ')).join('\n');
  if (!full) return text;
  const rows = ladder.rows.map((row) => [row.date, row.status, row.excuse, row.counts ? 'yes' : '', row.file, row.line]);
  return `${text}\n${table(['Day', 'Status', 'Excuse', 'Counts', 'File', 'Line'], rows, width)}`;
}

function range({ from, to }: { from: number | null; to: number | null }): string {
  if (from === null) return 'by rate';
  return to === null ? `${from} and more` : `${from} to ${to}`;
}

function reportsText({ reports, letters }: CasePage): string {
  const lines = reports.map(
    ({ ordinal, on, filedWith, events, withdrawn, sound, lost, elsewhere }) =>
      `Report ${ordinal}, filed ${on} with the ${words(filedWith)}, on ${events.join(', ')}${withdrawn ? ' (withdrawn)' : ''}${lost.length ? ` (no longer standing: ${lost.join(', ')})` : ''}${withdrawn || sound ? '' : ' (may no longer be relied upon)'}${elsewhere === null ? '' : ` (${elsewhereText(elsewhere)})`}`,
  );
  for (const { letter, on, lost, elsewhere } of letters)
    lines.push(
      `Letter ${letter}, ${elsewhere === null ? `approved ${on}` : `sent ${on} (${elsewhereText(elsewhere)})`}${lost.length ? ` (basis no longer met: ${lost.join(', ')})` : ''}`,
    );
  return lines.join('\n');
}

/** Why the case is here: the sentences about what the tables below do not say. */
function whyText({ why }: CasePage, width: number): string {
  const told = why.filter(({ about }) => about === 'case' || about === 'phase' || about.startsWith('task:'));
  return told.length
    ? `Why this case is here:\n${list(
        told.map(({ text, clause }) => `${text}${clause === null ? '' : ` [${clause}]`}`),
        width,
      )}`
    : '';
}

function workText(page: CasePage, width: number, full: boolean): string {
  const rows = page.steps.flatMap(({ title, tasks }) =>
    tasks
      .filter(({ status }) => full || status === 'open')
      .map((task) => [
        title,
        taskCode(task),
        task.title,
        ownerText(task),
        task.status === 'open' ? `${task.overdue ? 'overdue ' : ''}${task.due.on ?? 'no date left'}` : task.status,
      ]),
  );
  const done = page.steps.flatMap(({ tasks }) => tasks).filter(({ status }) => status !== 'open').length;
  const actions = full
    ? page.actions.map((one) => [
        one.on,
        words(one.kind),
        `${detailsText(one.details)}${one.superseded ? ' (superseded)' : ''}${one.elsewhere === null ? '' : ` (${elsewhereText(one.elsewhere)})`}`,
        one.id,
      ])
    : [];
  return [
    full ? 'Tasks:' : `Open tasks (${count(done, 'more is', 'more are')} done; --full shows them):`,
    rows.length ? table(['Step', 'Task', 'What', 'Owner', 'Due'], rows, width) : '  none',
    ...(actions.length ? ['', 'Actions:', table(['Day', 'Kind', 'What', 'Action'], actions, width)] : []),
  ].join('\n');
}

/** Whose task it is: who is designated for it, or else the role. */
function ownerText({ owner, people }: CasePage['steps'][number]['tasks'][number]): string {
  const named = people.filter(({ how }) => how !== 'role');
  return named.length ? `${named.map(({ name }) => name).join(', ')} (${words(owner)})` : words(owner);
}

function taskCode({ task, round }: { task: string; round: number }): string {
  return round > 1 ? `${task}#${round}` : task;
}

/** More missing requirements than these are named by their codes only. */
const FEW = 12;

function readinessText({ readiness }: CasePage, width: number, full: boolean): string {
  return readiness
    .map(({ ground, ready, requirements }) => {
      if (ready)
        return `Referral as ${words(ground)}: ready; all ${requirements.length} requirements are met, justified or not applicable.`;
      const missing = requirements.filter(({ status }) => status === 'missing');
      const head = `Referral as ${words(ground)}: ${missing.length} of ${requirements.length} requirements are missing:`;
      if (!full && missing.length > FEW)
        return `${head}\n${wrap(`  ${missing.map(({ requirement }) => requirement).join(', ')}`, width, '  ')}`;
      const lines = missing.map(
        ({ requirement, title, statutory, why }) => `${requirement}: ${title}${statutory ? ' (statute)' : ''}. ${why}`,
      );
      return `${head}\n${list(lines, width)}`;
    })
    .join('\n');
}

function possibleText({ possible }: CasePage, width: number): string {
  if (possible.length === 0) return '';
  const rows = possible.map((one) => [
    words(one.command),
    one.task === null ? one.title : taskCode(one.task),
    `${one.roles.map(words).join(', ')}${one.you ? ' (you)' : ''}`,
    one.waitsFor.join(', '),
  ]);
  return `May be done now:\n${table(['What', 'Task', 'By', 'Comes after'], rows, width)}`;
}
