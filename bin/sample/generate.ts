import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { remoteDays, yearOf } from './absences.ts';
import { dateOf, TAUGHT, type DayNumber } from './calendar.ts';
import { cast, Casting, shows } from './casting.ts';
import { contactsOf, newPlacement, PLACEMENT_CHANGES, type Contact } from './contacts.ts';
import { byLevel, household, type Household } from './families.ts';
import { Files } from './files.ts';
import { readmeOf, type SampleIndex } from './index-file.ts';
import { enrolledDays, type Plan } from './plan.ts';
import { nightly, writeContacts, writeSchools, writeStudent } from './roster-files.ts';
import { schoolsFor, SYSTEMS, type School, type System } from './schools.ts';
import type { Student } from './students.ts';
import { homeroomNight, notTaken, writeNotTaken, writeSeats, writeSections } from './sections.ts';
import { submissionsOf, submittedAtOnce } from './submissions.ts';
import { EXPORTS } from './systems.ts';

export const SAMPLE_NAME = 'tres-robles';

/** All of them: a district that has grown together. */
const DEFAULT_SYSTEMS: readonly System[] = SYSTEMS;

export interface GenerateInput {
  /** How many student records the district has; at least 1. */
  students: number;
  /** A whole number; the same seed makes the same bytes. */
  seed: number;
  /** The systems whose exports its schools send; the first is every school's that has none of them. */
  systems?: readonly System[];
  /** Everything is told in time and as it was found in the end: nothing comes late, nothing is corrected, no calendar changes. */
  settled?: boolean;
  /** Folder to be filled; made when it is not there. */
  out: string;
  /** Called now and then with the number of students done. */
  progress?: (done: number) => void;
}

/**
 * Makes a district of a given size and its school year 2025-26: the roster of the first day, and for each night the files that the
 * schools' systems sent. One family after the other, so that memory does not grow with the size.
 * @returns what stands in the folder's `index.json`
 */
export function generate({ students, seed, systems = DEFAULT_SYSTEMS, settled = false, out, progress }: GenerateInput): SampleIndex {
  mkdirSync(out, { recursive: true });
  const schools = schoolsFor(students, systems);
  const levels = byLevel(schools);
  const files = new Files(out);
  const casting = new Casting(levels);
  const sent = new Map(schools.map((school) => [school, settled ? submittedAtOnce(school) : submissionsOf(seed, school)]));
  const changes = new Set<DayNumber>();
  const index: SampleIndex = {
    sample: SAMPLE_NAME,
    name: 'Tres Robles',
    timeZone: 'America/Los_Angeles',
    policy: 'lausd',
    seed,
    students,
    firstDay: dateOf(TAUGHT.standard[0]!),
    lastDay: dateOf(TAUGHT.balanced.at(-1)!),
    schools: schools.map(({ id, name, level, calendar, system }) => ({ id, name, level, calendar, system, students: 0 })),
    situations: [],
    missing: [],
    missed: { enrolledDays: 0, absentDays: 0, chronic: 0, severe: 0 },
    notSubmitted: { schoolDays: [], sections: 0 },
    files: 0,
    rows: 0,
  };
  writeSchools(files, schools, settled);
  const untaken: Untaken = new Map(schools.map((school) => [school, settled ? new Map() : notTaken(seed, school, sent.get(school)!)]));
  for (const [school, missing] of untaken) {
    writeSections(files, seed, school);
    writeNotTaken(files, school, missing);
  }
  index.notSubmitted = notSubmitted(sent, untaken);
  let made = 0;
  for (let h = 0; made < students; h++) {
    const home = household(seed, h, levels);
    const whole = home.children.length <= students - made;
    home.children.length = Math.min(home.children.length, students - made);
    const claim = whole ? casting.claim(home) : null;
    const contacts = contactsOf(seed, home);
    if (claim) index.situations.push({ key: claim.situation.key, what: claim.situation.what, students: [] });
    for (const n of home.children.keys()) {
      const student = cast(seed, made, home, n, claim, levels);
      const plan = yearOf(seed, student, enrolledDays(student));
      if (claim && shows(claim, n)) {
        claim.situation.year?.(plan, student);
        index.situations.at(-1)!.students.push({ id: student.localId, school: student.stays[0]!.school.id, grade: student.grade });
      }
      remoteDays(plan);
      if (settled) plan.settle();
      const night = writeStudent(files, student);
      writeContacts(files, student, contacts, night);
      writeSeats(files, student, night);
      if (home.structure === 'foster') changePlacement(files, { seed, home, student, contacts, night });
      for (const night of writeYear(files, student, plan, { sent, untaken })) changes.add(night);
      tally(index, student, plan);
      made += 1;
      if (made % 10_000 === 0) progress?.(made);
    }
  }
  writeDeliveries(files, out, { schools, sent, changes, index });
  index.missing = casting.missing();
  Object.assign(index, files.close());
  writeFileSync(path.join(out, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  writeFileSync(path.join(out, 'README.md'), readmeOf(index));
  return index;
}

type Sent = ReadonlyMap<School, ReadonlyMap<DayNumber, DayNumber | null>>;
type Untaken = ReadonlyMap<School, ReturnType<typeof notTaken>>;

/** The part of a night in which a day is sent. */
const partOf = (night: DayNumber, day: DayNumber): string => nightly(night, night === day ? '1-day' : `3-late-${dateOf(day)}`);

/** Every version of every day goes to the night on which it was told. @returns the nights that told something else of an earlier day */
function writeYear(files: Files, student: Student, plan: Plan, { sent, untaken }: { sent: Sent; untaken: Untaken }): DayNumber[] {
  const changes: DayNumber[] = [];
  const places = new Map(plan.days.map((place) => [place.day, place]));
  for (const { day, school, versions } of plan.all()) {
    const { file, frame, row } = EXPORTS[school.system];
    const night = sent.get(school)!.get(day)!;
    if (night === null) continue;
    // What was said until the day was sent is one row of it; every later version is a row among the changes of its night.
    const homeroom = homeroomNight(student, school, untaken.get(school)!.get(day));
    if (homeroom === null) continue;
    const known = versions.filter((version) => version.night <= (homeroom ?? night));
    const place = places.get(day)!;
    const first = known.at(-1);
    if (first) {
      const text = row({ student, place, mark: first.mark, correction: false });
      if (text !== null && homeroom !== undefined) {
        files.row(`${nightly(homeroom, '2-changes')}/${file}`, frame, text);
        changes.push(homeroom);
      } else if (text !== null) files.row(`${partOf(night, day)}/${file}`, frame, text);
    }
    for (const version of versions) {
      if (version.night <= (homeroom ?? night)) continue;
      const text = row({ student, place, mark: version.mark, correction: true });
      if (text === null) continue;
      files.row(`${nightly(version.night, '2-changes')}/${file}`, frame, text);
      changes.push(version.night);
    }
  }
  return changes;
}

/** Beside the files of each part, what it covers; a school that sent nothing that night is left out. */
function writeDeliveries(
  files: Files,
  out: string,
  year: { schools: readonly School[]; sent: Sent; changes: ReadonlySet<DayNumber>; index: SampleIndex },
): void {
  const { schools, sent, changes, index } = year;
  const write = (folder: string, coverage: object): void => {
    mkdirSync(path.join(out, folder), { recursive: true });
    writeFileSync(path.join(out, folder, 'delivery.json'), `${JSON.stringify({ coverage })}\n`);
  };
  write('roster', { schools: 'all', from: index.firstDay, to: index.lastDay, complete: false });
  const nights = new Map<DayNumber, Map<DayNumber, School[]>>();
  for (const school of schools) {
    for (const [day, night] of sent.get(school)!) {
      if (night === null) continue;
      const days = nights.get(night) ?? new Map<DayNumber, School[]>();
      nights.set(night, days);
      days.set(day, [...(days.get(day) ?? []), school]);
    }
  }
  for (const [night, days] of nights) {
    for (const [day, covered] of days) {
      const folder = partOf(night, day);
      const date = dateOf(day);
      const ids = covered.length === schools.length ? 'all' : covered.map(({ id }) => id);
      write(folder, { schools: ids, from: date, to: date, complete: true });
      for (const system of new Set(covered.map((school) => school.system))) {
        const { file, frame } = EXPORTS[system];
        files.open(`${folder}/${file}`, frame);
      }
    }
  }
  for (const night of changes) {
    write(nightly(night, '2-changes'), { schools: 'all', from: index.firstDay, to: dateOf(night), complete: false });
  }
}

function changePlacement(
  files: Files,
  about: { seed: number; home: Household; student: Student; contacts: readonly Contact[]; night: DayNumber | null },
): void {
  const { seed, home, student, contacts, night } = about;
  const changed = newPlacement(seed, home, contacts).filter((contact, n) => contact !== contacts[n]);
  const former = contacts
    .filter(({ legalRole }) => legalRole === 'caregiver')
    .map((one) => ({ ...one, relationship: 'Former foster mother', primary: false, emergency: false, livesWith: false }));
  const known = Math.max(PLACEMENT_CHANGES, night ?? 0);
  writeContacts(files, student, [...former, ...changed], known);
}

/** Which school-days came late or never, and how many sections. */
function notSubmitted(sent: Sent, untaken: Untaken): SampleIndex['notSubmitted'] {
  const schoolDays = [...sent].flatMap(([{ id }, days]) =>
    [...days].flatMap(([day, night]) =>
      night === day ? [] : [{ school: id, date: dateOf(day), came: night === null ? null : dateOf(night) }],
    ),
  );
  return { schoolDays, sections: [...untaken.values()].reduce((sum, { size }) => sum + size, 0) };
}

/** Counts by what was said last, whatever was sent. */
function tally(index: SampleIndex, { stays }: Student, plan: Plan): void {
  const away = plan.all().filter(({ versions }) => versions.at(-1)!.mark.kind === 'absent').length;
  const share = plan.days.length === 0 ? 0 : away / plan.days.length;
  index.missed.enrolledDays += plan.days.length;
  index.missed.absentDays += away;
  if (share >= 0.1) index.missed.chronic += 1;
  if (share >= 0.2) index.missed.severe += 1;
  index.schools[stays[0]!.school.index]!.students += 1;
}
