import type { Database } from '../../store/database.ts';
import { isObject, textOf, valuesOf, type JsonObject } from '../read/record.ts';
import type { EdfiSession, Query } from './edfi-session.ts';
import { NeedsReconcile } from './problem.ts';
import { jsonText, type Ask, type PulledFile } from './source.ts';

/**
 * Contacts of an Ed-Fi API. Who somebody is and whose contact lie in two resources, so they are joined on the way: each link between a student
 * and a person is written down with the person in it. What changed of a person is sent for each student; a link that was deleted
 * takes the contact back, unless it stands again.
 */

/** More than this is not asked for one by one: then everything is read. */
const FEW = 5_000;
const STUDENT = 'studentReference.studentUniqueId';

/** What a data standard calls people and links: contacts since 5 (API v7), parents before. */
interface Names {
  people: string;
  links: string;
  id: 'contactUniqueId' | 'parentUniqueId';
  reference: 'contactReference' | 'parentReference';
}
const CONTACTS: Names = { people: 'contacts', links: 'studentContactAssociations', id: 'contactUniqueId', reference: 'contactReference' };
const PARENTS: Names = { people: 'parents', links: 'studentParentAssociations', id: 'parentUniqueId', reference: 'parentReference' };

/** The resources of contacts that an API of this version has. */
export const contactResources = (version: string): Names => (Number.parseInt(version, 10) >= 7 ? CONTACTS : PARENTS);

export class EdfiContacts {
  constructor(
    private readonly session: EdfiSession,
    private readonly ask: Ask,
    private readonly names: Names,
  ) {}

  /** Every contact of every student. */
  *all(): Generator<PulledFile> {
    yield { name: 'studentContacts.json.gz', evenEmpty: false, text: () => jsonText(this.everyLink(), { evenEmpty: false }) };
  }

  /** The contacts that changed since the last pull, and those that are none any more. */
  *changed(): Generator<PulledFile> {
    yield { name: 'studentContacts.json.gz', evenEmpty: false, text: () => jsonText(this.changedLinks(), { evenEmpty: false }) };
    yield { name: 'deletedStudentContacts.json.gz', evenEmpty: false, text: () => jsonText(this.deletedLinks(), { evenEmpty: false }) };
  }

  private async *everyLink(): AsyncGenerator<JsonObject[]> {
    const { db, pullId } = this.ask;
    const { people, links } = this.names;
    await forget(db, pullId);
    for await (const page of this.pages(people)) await this.keep(page);
    for await (const page of this.pages(links)) {
      const found = await db('feed_person')
        .where({ pull_id: pullId })
        .whereIn('person', [...new Set(page.map((link) => this.personOf(link)))])
        .select<{ person: string; record: JsonObject }[]>('person', 'record');
      const known = new Map(found.map(({ person, record }) => [person, record]));
      yield page.flatMap((link) => joined(link, known.get(this.personOf(link))));
    }
    await forget(db, pullId);
  }

  /** People lie in the database while their links are read: a district has more of them than memory should hold. */
  private async keep(page: readonly JsonObject[]): Promise<void> {
    const people = new Map(page.map((record) => [textOf(record[this.names.id]), record]));
    await this.ask.db.raw(
      `INSERT INTO feed_person (pull_id, person, record)
       SELECT CAST(:pullId AS uuid), key, value FROM jsonb_each(CAST(:people AS jsonb)) ON CONFLICT DO NOTHING`,
      { pullId: this.ask.pullId, people: JSON.stringify(Object.fromEntries(people)) },
    );
  }

  private async *changedLinks(): AsyncGenerator<JsonObject[]> {
    const { people, links, id } = this.names;
    const known = new Map<string, JsonObject>();
    const sent = new Set<string>();
    for await (const page of this.pages(people, this.window(people))) for (const record of page) known.set(textOf(record[id]), record);
    this.few(known.size);
    const changed = [...known.keys()];
    for await (const page of this.pages(links, this.window(links))) {
      page.forEach((link) => sent.add(this.keyOf(link)));
      this.few(sent.size);
      yield await this.withPeople(page, known);
    }
    for (const person of changed) {
      for await (const page of this.pages(links, { [id]: person }))
        yield await this.withPeople(
          page.filter((link) => !sent.has(this.keyOf(link))),
          known,
        );
    }
  }

  private async withPeople(links: readonly JsonObject[], known: Map<string, JsonObject>): Promise<JsonObject[]> {
    for (const person of new Set(links.map((link) => this.personOf(link)))) {
      if (known.has(person)) continue;
      for await (const page of this.pages(this.names.people, { [this.names.id]: person }))
        for (const record of page) known.set(person, record);
    }
    return links.flatMap((link) => joined(link, known.get(this.personOf(link))));
  }

  private async *deletedLinks(): AsyncGenerator<JsonObject[]> {
    const { links, id } = this.names;
    for (const [kind, keys] of [
      ['deletes', 'keyValues'],
      ['keyChanges', 'oldKeyValues'],
    ] as const) {
      for await (const page of this.session.pages(`${links}/${kind}`, this.window(links), { optional: () => undefined })) {
        const gone: JsonObject[] = [];
        for (const record of page) {
          const values = record[keys];
          if (!isObject(values)) throw new NeedsReconcile('the source does not say what was deleted');
          const link = { studentUniqueId: textOf(values['studentUniqueId']), [id]: textOf(values[id]) };
          if ((await this.session.count(links, link)) === 0)
            gone.push({ keyValues: { studentUniqueId: link.studentUniqueId, contactUniqueId: link[id] ?? '' } });
        }
        yield gone;
      }
    }
  }

  private async *pages(resource: string, query: Query = {}): AsyncGenerator<JsonObject[]> {
    for await (const page of this.session.pages(resource, query, { optional: () => this.ask.leavesOut(resource) })) {
      this.ask.reads(page.length);
      yield page;
    }
  }

  private window(resource: string): Query {
    const { since, upto } = this.ask;
    // Who is a contact of whom is told by the links' own versions and by the people's.
    return { minChangeVersion: (since[resource] ?? -1) + 1, maxChangeVersion: upto[resource] ?? 0 };
  }

  private personOf = (link: JsonObject): string => valuesOf(link, [`${this.names.reference}.${this.names.id}`])[0]!;
  private keyOf = (link: JsonObject): string => `${valuesOf(link, [STUDENT])[0]} ${this.personOf(link)}`;

  private few(size: number): void {
    if (size > FEW) throw new NeedsReconcile('too many contacts changed to ask for them one by one');
  }
}

/** A link with its person in it; a link to a person whom the source does not tell of is left out. */
function joined(link: JsonObject, person: JsonObject | undefined): JsonObject[] {
  if (person === undefined) return [];
  const contactReference = { contactUniqueId: textOf(person['contactUniqueId']) || textOf(person['parentUniqueId']) };
  return [{ ...link, contactReference, person }];
}

async function forget(db: Database, pullId: string): Promise<void> {
  await db('feed_person').where({ pull_id: pullId }).delete();
}
