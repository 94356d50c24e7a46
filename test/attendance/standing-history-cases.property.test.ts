import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { importDelivery } from '../../attendance/import.ts';
import { settleMerges } from '../../attendance/roster/settle.ts';
import { turn } from '../../attendance/turn.ts';
import { possible } from '../../cases/index.ts';
import { compile, readPolicy } from '../../policy/index.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { askMerge, askParting } from '../../store/intake/merges.ts';
import { actsOf, compared, deed, sharedDeed, type Deed as Done } from '../cases/orders.ts';
import type { Found } from '../cases/diligent.ts';
import { recoveringPolicyText } from '../cases/paper-case.ts';
import { createDatabase } from '../world/database.ts';
import { runs } from '../world/runs.ts';
import { casesOf, LivingCases, type Deed } from './living-cases.ts';
import { attendanceCsv, rosterCsv, setToday, setUpDistrict } from './world.ts';

const FROM = '2021-09-06';
const LENGTH = 18;
const STUDENTS = { '1': { born: '2010-01-01' }, '2': { born: '2010-09-20' }, '3': { born: '2003-09-20' } };
const weekday = (n: number): string =>
  new Date(Date.parse(FROM) + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10);

/** The protocol with everything earlier, so that a few weeks reach all of it: its bands, its clearing window, its recovery. */
const DOCUMENT = recoveringPolicyText()
  .replace('from: 1, to: 7,', 'from: 1, to: 2,')
  .replace('from: 8, to: 15,', 'from: 3, to: 5,')
  .replace('from: 16, to: 24,', 'from: 6, to: 8,')
  .replace('from: 25,', 'from: 9,')
  .replace('  clearing: 10', '  clearing: 2')
  .replace('  schoolDays: 20\n', '  schoolDays: 5\n')
  .replace('  attendance: 0.95\n', '  attendance: 0.8\n')
  .replace('  monitor: 20\n', '  monitor: 5\n');
const read = readPolicy(DOCUMENT);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const LADDER = compile(read.document);

/** What is said of the days: `day student` → code; a day without an entry says nothing, which means present. */
type Said = Map<string, string>;
const code = fc.constantFrom('Excused', 'Unexcused', 'Unexcused', 'Unexcused', 'Unverified');
const student = fc.integer({ min: 1, max: 3 });

/** Something that comes in on the evening of a day beside the day's own file. */
const news = fc.oneof(
  fc.record({ kind: fc.constant('correct' as const), back: fc.nat(12), student, code }),
  fc.record({ kind: fc.constant('delete' as const), back: fc.nat(12), run: fc.nat(4), student }),
  fc.record({ kind: fc.constant('add' as const), back: fc.nat(12), run: fc.nat(4), student, code }),
  fc.record({ kind: fc.constant('again' as const), back: fc.nat(12) }),
);
const history = fc.record({
  first: fc.array(fc.tuple(fc.nat(LENGTH - 1), student, fc.integer({ min: 1, max: 6 }), code), { minLength: 6, maxLength: 14 }),
  nights: fc.array(
    fc.record({
      submitted: fc.nat(7).map((n) => n > 0),
      news: fc.array(news, { maxLength: 1 }),
      /** Whether reports that are due are filed on the day. */
      filing: fc.boolean(),
      deeds: fc.array(fc.record({ student, deed }), { maxLength: 5 }),
    }),
    { minLength: LENGTH, maxLength: LENGTH },
  ),
  /** The other order: every so many days' attendance comes at once, as it turns out to have been; 1: each day's own. */
  chunk: fc.constantFrom(1, 1, 1, 2, 3),
  /** Students 1 and 2 turn out to be one: on these days, of each order, it is noticed, or noticed and taken back. */
  merge: fc.option(fc.record({ on: fc.nat(LENGTH - 1), otherOn: fc.nat(LENGTH - 1), undone: fc.boolean() }), { freq: 2 }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** One thing that a district is brought: days, all that is said of them, and whether that is all there is to say. */
interface Delivered {
  from: number;
  to: number;
  said: Said;
  complete: boolean;
}

/** What comes in day by day, with mistakes that are corrected later; and what is said in the end. */
function asItCame({ first, nights }: History): { nights: Delivered[][]; missing: number[]; end: Said } {
  const said: Said = new Map();
  for (const [at, who, run, what] of first) for (let n = at; n < Math.min(LENGTH, at + run); n++) said.set(`${n} ${who}`, what);
  const copy = (): Said => new Map(said);
  const missing: number[] = [];
  const came = nights.map(({ submitted, news: all }, today) => {
    const delivered: Delivered[] = [];
    if (submitted) delivered.push({ from: today, to: today, said: copy(), complete: true });
    else missing.push(today);
    for (const one of all) {
      const from = Math.max(0, today - one.back);
      const to = Math.min(today, from + ('run' in one ? one.run : 3));
      if (one.kind === 'correct') {
        said.set(`${from} ${one.student}`, one.code);
        delivered.push({ from, to: from, said: new Map([[`${from} ${one.student}`, one.code]]), complete: false });
        continue;
      }
      for (let n = from; n <= to; n++) {
        if (one.kind === 'delete') said.delete(`${n} ${one.student}`);
        if (one.kind === 'add') said.set(`${n} ${one.student}`, one.code);
      }
      delivered.push({ from, to, said: copy(), complete: true });
    }
    return delivered;
  });
  const covered = new Set(came.flat().flatMap(({ from, to, complete }) => (complete ? range(from, to) : [])));
  return { nights: came, missing: missing.filter((n) => !covered.has(n)), end: said };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** The same, as it turned out to have been: nothing has to be corrected. */
function asItWas(end: Said, chunk: number): Delivered[][] {
  return range(0, LENGTH - 1).map((today) =>
    today % chunk === chunk - 1 || today === LENGTH - 1 ? [{ from: today - (today % chunk), to: today, said: end, complete: true }] : [],
  );
}

/** A district and its cases. */
class District {
  constructor(
    readonly cases: LivingCases,
    readonly caseIds: Map<string, string>,
  ) {}

  static async open(): Promise<District> {
    const db = await createDatabase();
    await setUpDistrict(db.owner, '2021-09-05');
    await recordPolicy(db.owner, { document: DOCUMENT, ladder: LADDER });
    await putPolicyInForce(db.owner, LADDER.policy);
    const roster = rosterCsv({ school: 'S1', from: FROM, to: weekday(LENGTH + 30), students: STUDENTS });
    const district = new District(new LivingCases(db, LADDER), new Map());
    await district.#take(roster, { from: 0, to: 0, complete: false });
    for (const [local, id] of await casesOf(db.worker)) district.caseIds.set(local, id);
    return district;
  }

  async deliver({ from, to, said, complete }: Delivered): Promise<void> {
    const rows = [...said]
      .map(([key, what]): [number, string, string] => [Number(key.split(' ')[0]), key.split(' ')[1]!, what])
      .filter(([at]) => at >= from && at <= to)
      .map(([at, who, what]): [string, string, string, string] => [who, weekday(at), 'absent', what]);
    await this.#take({ 'a.csv': attendanceCsv('S1', rows) }, { from, to, complete });
  }

  async #take(files: Record<string, string>, { from, to, complete }: Omit<Delivered, 'said'>): Promise<void> {
    const { worker } = this.cases.db;
    const deliveryId = await createDelivery(worker, {
      source: 'test',
      coverage: { schools: 'all', from: weekday(from), to: weekday(to), complete },
      receivedBy: 'tester',
      files: Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
    });
    await importDelivery(worker, deliveryId);
  }

  async merges(undo: boolean, day: number): Promise<void> {
    const { api, worker, owner } = this.cases.db;
    const ids = new Map(
      (await owner('student').select<{ local_id: string; student_id: string }[]>('local_id', 'student_id')).map((row) => [
        row.local_id,
        row.student_id,
      ]),
    );
    const asked = {
      survivor: ids.get('1')!,
      absorbed: ids.get('2')!,
      reason: 'same child',
      by: { id: 'registrar', role: 'administrator' as const, place: 'district' },
      day: weekday(day),
    };
    await api.transaction((trx): Promise<unknown> => (undo ? askParting(trx, asked) : askMerge(trx, asked)));
    await settleMerges(worker);
  }

  /** What a case would do if it were told how its student stands now: whatever that is, somebody forgot to tell it. */
  async untold(local: string): Promise<unknown[]> {
    return (await this.cases.wouldFollow(this.caseIds.get(local)!)).drafts;
  }

  /** The case on a day, as its page shows it. */
  async found(local: string, day: number): Promise<Found> {
    const { state } = await this.cases.wouldFollow(this.caseIds.get(local)!);
    return { state, ladder: LADDER, day: weekday(day) };
  }
}

/** Ids that are the same in both districts. */
const uuid = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5');

/** Somebody does something in both districts, where it is the same act in both; else in neither. */
async function act(districts: [District, District], who: string, done: Done, day: number, nth: number): Promise<boolean> {
  const views = districts.map(({ cases, caseIds }) => ({
    state: cases.state(caseIds.get(who)!),
    ladder: LADDER,
    day: weekday(day),
  }));
  const shared = sharedDeed(views[0]!, views[1]!, done);
  if (shared === null) return false;
  const deeds = views.map(({ state }): Deed => {
    const command = JSON.parse(
      JSON.stringify(shared.command(state)).replaceAll(/"(mother|father|grandmother)"/g, (name) => `"${uuid(name)}"`),
    );
    return { id: uuid(`act ${nth}`), role: shared.role, command };
  });
  const decided = await Promise.all(districts.map(({ cases, caseIds }, n) => cases.wouldDecide(caseIds.get(who)!, deeds[n]!)));
  const [here, there] = decided.map((one) => (one.kind === 'events' ? actsOf(one.events) : null));
  if (!here || here !== there) return false;
  for (const [n, { cases, caseIds }] of districts.entries()) await cases.give(caseIds.get(who)!, deeds[n]!);
  return true;
}

test('whatever the order of deliveries, corrections, deletions, re-imports and merges, cases on which people did the same ask for the same', async () => {
  const seen = { acts: 0, open: 0, reports: 0, corrected: 0 };
  await fc.assert(
    fc.asyncProperty(history, async (input) => {
      const came = asItCame(input);
      const was = asItWas(came.end, input.chunk);
      const districts: [District, District] = [await District.open(), await District.open()];
      const [one, other] = districts;
      try {
        let acts = 0;
        for (let today = 0; today < LENGTH; today++) {
          for (const [district, nights] of [
            [one, came.nights],
            [other, was],
          ] as const) {
            await setToday(district.cases.db.owner, weekday(today));
            for (const delivered of nights[today]!) await district.deliver(delivered);
            await turn(district.cases.db.worker, weekday(today));
            const { merge } = input;
            if (merge && today === (district === one ? merge.on : merge.undone ? -1 : merge.otherOn)) await district.merges(false, today);
            if (merge?.undone && district === one && today === Math.min(LENGTH - 1, merge.on + 4) && merge.on !== today)
              await district.merges(true, today);
            await district.cases.relay();
            for (const who of Object.keys(STUDENTS)) expect([today, who, await district.untold(who)]).toEqual([today, who, []]);
          }
          const files = Object.keys(STUDENTS).map((who) => ({ student: Number(who), deed: { kind: 'file' as const } }));
          const { deeds, filing } = input.nights[today]!;
          for (const { student: who, deed: done } of [...deeds, ...(filing ? files : [])])
            if (await act(districts, String(who), done, today, (acts += 1))) seen.acts += 1;
        }
        for (const n of came.missing) await one.deliver({ from: n, to: n, said: came.end, complete: true });
        if (input.merge?.undone && input.merge.on === LENGTH - 1) await one.merges(true, LENGTH - 1);
        for (const district of districts) {
          await setToday(district.cases.db.owner, weekday(LENGTH));
          await turn(district.cases.db.worker, weekday(LENGTH));
          await district.cases.relay();
        }
        seen.corrected += input.nights.flatMap(({ news: all }) => all).length;
        // A record that counts as another's sleeps with whatever was open on it, and nobody is asked for that.
        const asleep = input.merge && !input.merge.undone ? '2' : null;
        for (const who of Object.keys(STUDENTS)) {
          if (who === asleep) {
            const asked = await Promise.all([one, other].map(async (each) => possible((await each.found(who, LENGTH)).state, LADDER)));
            expect(asked).toEqual([[], []]);
            continue;
          }
          expect([who, await one.untold(who), await other.untold(who)]).toEqual([who, [], []]);
          const holds = await Promise.all([one, other].map(async (each) => (await each.found(who, LENGTH)).state.standing?.holds));
          expect(holds).toEqual([[], []]);
          const [stands, stood] = compared(await one.found(who, LENGTH), await other.found(who, LENGTH));
          expect({ who, ...stood }).toEqual({ who, ...stands });
          seen.open += (stands['open'] as string[]).length;
          seen.reports += (stands['sound'] as unknown[]).length;
        }
      } finally {
        for (const district of districts) await district.cases.db.close();
      }
    }),
    { seed: 7, numRuns: runs(1, 60), endOnFailure: true },
  );
  // The histories are ones that can tell; in many, reports stand at the end.
  const { reports, ...always } = seen;
  expect(Object.entries(always).filter(([, count]) => count === 0)).toEqual([]);
  expect(reports).toBeGreaterThanOrEqual(runs(0, 1));
}, 3_600_000);
