import { lastPart } from '../formats/values.ts';
import { textOf, valuesOf, type JsonObject } from '../read/record.ts';
import type { EdfiSession, Query } from './edfi-session.ts';
import { statementsOf, type Span } from './flag-days.ts';
import { NeedsReconcile } from './problem.ts';
import { jsonText, type Ask, type PulledFile } from './source.ts';

/**
 * Programs of an Ed-Fi API, as flags from day to day. What a student takes part in lies in several resources, and a program that was deleted is
 * told by what is left; so whatever changed of a student, everything about that student is read and said.
 */

const FEW = 5_000;
const STUDENT = 'studentReference.studentUniqueId';
const FLAGS = ['iep', 'section_504', 'homeless', 'foster'] as const;
type Flag = (typeof FLAGS)[number];

/** Associations that tell one flag by themselves, and the general one, whose program's type says which. */
const RESOURCES: Record<string, Flag | null> = {
  studentSpecialEducationProgramAssociations: 'iep',
  studentSection504ProgramAssociations: 'section_504',
  studentHomelessProgramAssociations: 'homeless',
  studentProgramAssociations: null,
};
export const PROGRAMS = Object.keys(RESOURCES);

/** The types and names of programs that are known; of any other nothing is told. */
const TYPES: readonly (readonly [RegExp, Flag])[] = [
  [/^special education$/i, 'iep'],
  [/^section 504( placement)?$|^504( plan)?$/i, 'section_504'],
  [/^homeless$/i, 'homeless'],
  [/^foster( care| youth)?$|^neglected and delinquent.*foster/i, 'foster'],
];

export class EdfiPrograms {
  /** Resources that the source does not let be read, or has not: what they would tell is not known. */
  private readonly silent = new Set<string>();

  constructor(
    private readonly session: EdfiSession,
    private readonly ask: Ask,
  ) {}

  /** The flags of every student who is in a program, or was when last heard of. */
  *all(): Generator<PulledFile> {
    yield this.file(async () => {
      const spans = new Map<string, Span<Flag>[]>();
      for (const resource of PROGRAMS) await this.read(resource, {}, spans);
      const told = new Set([...spans.values()].flatMap((own) => own.map(({ flag }) => flag)));
      for (const student of (await this.onRecord()).keys()) if (!spans.has(student)) spans.set(student, []);
      // A source that tells a flag of nobody does not keep it: it may have come from elsewhere.
      return { spans, denies: (flag) => told.has(flag) };
    });
  }

  /** The flags of the students of whom a program changed. */
  *changed(): Generator<PulledFile> {
    yield this.file(async () => {
      const spans = new Map<string, Span<Flag>[]>();
      for (const studentUniqueId of await this.touched()) {
        spans.set(studentUniqueId, []);
        for (const resource of PROGRAMS) await this.read(resource, { studentUniqueId }, spans);
      }
      return { spans, denies: () => true };
    });
  }

  private file(told: () => Promise<{ spans: Map<string, Span<Flag>[]>; denies: (flag: Flag) => boolean }>): PulledFile {
    return { name: 'studentPrograms.json.gz', evenEmpty: false, text: () => jsonText(this.statements(told), { evenEmpty: false }) };
  }

  private async *statements(
    told: () => Promise<{ spans: Map<string, Span<Flag>[]>; denies: (flag: Flag) => boolean }>,
  ): AsyncGenerator<JsonObject[]> {
    const { spans, denies } = await told();
    const onRecord = await this.onRecord();
    for (const [studentUniqueId, own] of spans) {
      const rows: JsonObject[] = [];
      for (const { since, facts } of statementsOf(own, FLAGS, this.ask.today)) {
        if (since === null) {
          const ended = FLAGS.filter((flag) => facts[flag] === false);
          const denied = ended.filter((flag) => denies(flag) && onRecord.get(studentUniqueId)?.has(flag) && this.keeps(flag));
          const still = denied.length === 0 ? new Set<Flag>() : await this.characteristics(studentUniqueId);
          for (const flag of ended) if (!denied.includes(flag) || still.has(flag)) delete facts[flag];
        }
        if (Object.keys(facts).length > 0) rows.push({ studentReference: { studentUniqueId }, since, ...facts });
      }
      if (rows.length > 0) yield rows;
    }
  }

  /** Whether the source lets a resource be read that can tell the flag. */
  private keeps(flag: Flag): boolean {
    return PROGRAMS.some((resource) => !this.silent.has(resource) && [flag, null].includes(RESOURCES[resource] ?? null));
  }

  /** What the source says a student is, beside programs. */
  private async characteristics(studentUniqueId: string): Promise<Set<Flag>> {
    const found = new Set<Flag>();
    const resource = 'studentEducationOrganizationAssociations';
    for await (const page of this.session.pages(resource, { studentUniqueId }, { optional: () => undefined })) {
      for (const record of page) {
        const words = (valuesOf(record, ['studentCharacteristics[].studentCharacteristicDescriptor'])[0] ?? '').split('|');
        for (const word of words) {
          const flag = TYPES.find(([known]) => known.test(lastPart(word) ?? ''))?.[1];
          if (flag !== undefined) found.add(flag);
        }
      }
    }
    return found;
  }

  private async read(resource: string, query: Query, into: Map<string, Span<Flag>[]>): Promise<void> {
    for await (const page of this.pages(resource, query)) {
      for (const record of page) {
        const flag = RESOURCES[resource] ?? flagOf(record);
        const [student = ''] = valuesOf(record, [STUDENT]);
        if (flag === null || student === '') continue;
        const day = (name: string): string | null => textOf(record[name]).slice(0, 10) || null;
        into.set(student, [...(into.get(student) ?? []), { flag, since: day('beginDate'), until: day('endDate') }]);
      }
    }
  }

  /** Students with such flags on record today. */
  private async onRecord(): Promise<Map<string, Set<Flag>>> {
    const rows = await this.ask
      .db('student_flag AS f')
      .join('student_identifier AS i', 'i.student_id', 'f.student_id')
      .where({ 'i.scheme': 'ssid' })
      .whereNull('i.until')
      .whereNull('f.until')
      .whereIn('f.flag', FLAGS)
      .select<{ value: string; flag: Flag }[]>('i.value', 'f.flag');
    const found = new Map<string, Set<Flag>>();
    for (const { value, flag } of rows) found.set(value, (found.get(value) ?? new Set()).add(flag));
    return found;
  }

  private async touched(): Promise<Set<string>> {
    const students = new Set<string>();
    const note = (student: string): void => {
      if (student !== '') students.add(student);
      if (students.size > FEW) throw new NeedsReconcile('the programs of too many students changed to ask for them one by one');
    };
    for (const resource of PROGRAMS) {
      const window = { minChangeVersion: (this.ask.since[resource] ?? -1) + 1, maxChangeVersion: this.ask.upto[resource] ?? 0 };
      for await (const page of this.pages(resource, window)) for (const record of page) note(valuesOf(record, [STUDENT])[0] ?? '');
      for (const [kind, keys] of [
        ['deletes', 'keyValues'],
        ['keyChanges', 'oldKeyValues'],
      ] as const)
        for await (const page of this.session.pages(`${resource}/${kind}`, window, { optional: () => undefined }))
          for (const record of page) note(valuesOf(record, [`${keys}.studentUniqueId`])[0] ?? '');
    }
    return students;
  }

  private async *pages(resource: string, query: Query): AsyncGenerator<JsonObject[]> {
    if (this.silent.has(resource)) return;
    const optional = (): void => {
      this.silent.add(resource);
      this.ask.leavesOut(resource);
    };
    for await (const page of this.session.pages(resource, query, { optional })) {
      this.ask.reads(page.length);
      yield page;
    }
  }
}

function flagOf(record: JsonObject): Flag | null {
  const [type, name] = valuesOf(record, ['programReference.programTypeDescriptor', 'programReference.programName']);
  const words = [lastPart(type ?? null), name].filter((word): word is string => Boolean(word));
  return TYPES.find(([known]) => words.some((word) => known.test(word)))?.[1] ?? null;
}
