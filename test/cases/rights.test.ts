import fc from 'fast-check';
import { callOrder, isLimited, LEGAL_ROLES, letterRecipients, ORDER_LIMITS, roleOf } from '../../cases/index.ts';
import type { PersonWithRights } from '../../cases/rights.ts';

const DAY = '2025-10-15';
const person = (relationship: string, more: Partial<PersonWithRights> = {}): PersonWithRights => ({
  relationship,
  legalRole: null,
  primary: false,
  livesWith: true,
  courtOrder: null,
  ...more,
});
const order = (on: string | null, limits: readonly ('contact' | 'letters')[] = ORDER_LIMITS, until: string | null = null) => ({
  on,
  until,
  limits,
});

test('a mother, father or guardian is a parent by the relationship alone; a step-parent or an aunt is not', () => {
  expect(
    ['Mother', 'father', 'Legal guardian', 'Stepmother', 'Aunt', 'Foster mother', 'Social worker'].map((relationship) =>
      roleOf(person(relationship)),
    ),
  ).toEqual(['parent', 'parent', 'parent', null, null, 'caregiver', 'social_worker']);
});

test('separated parents both get letters, wherever they live; one whose rights an order removed gets none from its day on', () => {
  const mother = person('Mother', { primary: true });
  const father = person('Father', { livesWith: false });
  expect(letterRecipients([mother, father], { day: DAY, foster: false, ofAge: false })).toEqual([mother, father]);
  const limited = { ...father, courtOrder: order('2025-10-15') };
  expect(letterRecipients([mother, limited], { day: '2025-10-14', foster: false, ofAge: false })).toEqual([mother, limited]);
  expect(letterRecipients([mother, limited], { day: DAY, foster: false, ofAge: false })).toEqual([mother]);
  expect(callOrder([limited, mother], { day: DAY, foster: false, ofAge: false })).toEqual([mother]);
  const letters = { ...father, courtOrder: order(null, ['letters']) };
  expect(letterRecipients([mother, letters], { day: DAY, foster: false, ofAge: false })).toEqual([mother]);
  expect(callOrder([letters, mother], { day: DAY, foster: false, ofAge: false })).toEqual([letters, mother]);
  expect(isLimited({ courtOrder: order('2025-01-01', ['contact'], '2025-10-14') }, 'contact', DAY)).toBe(false);
});

test('in foster care the holder of the education rights is first, and no caregiver, present or former, gets a letter', () => {
  const holder = person('Advocate', { legalRole: 'education_rights_holder', livesWith: false });
  const now = person('Foster parent');
  const former = person('Foster mother', { livesWith: false });
  const mother = person('Mother', { livesWith: false, primary: true });
  const on = { day: DAY, foster: true, ofAge: false };
  expect(letterRecipients([mother, former, now, holder], on)).toEqual([holder]);
  expect(callOrder([mother, former, now, holder], on)).toEqual([holder, now, mother]);
  // Where the court has named nobody, the parents still hold the rights.
  expect(letterRecipients([mother, former, now], on)).toEqual([mother]);
  expect(letterRecipients([former, now], on)).toEqual([]);
});

const people = fc.array(
  fc.record({
    relationship: fc.constantFrom('Mother', 'Father', 'Aunt', 'Foster parent', 'Social worker', 'Neighbour'),
    legalRole: fc.option(fc.constantFrom(...LEGAL_ROLES), { nil: null }),
    primary: fc.boolean(),
    livesWith: fc.boolean(),
    courtOrder: fc.option(
      fc.record({
        on: fc.option(fc.constantFrom('2025-10-01', DAY, '2025-11-01'), { nil: null }),
        until: fc.option(fc.constantFrom('2025-10-02', DAY), { nil: null }),
        limits: fc.subarray([...ORDER_LIMITS]),
      }),
      { nil: null },
    ),
  }),
  { maxLength: 6 },
);

test('whoever else is on file, nobody under an order is written to or called, nor a social worker written to', () => {
  fc.assert(
    fc.property(people, fc.boolean(), (all, foster) => {
      const on = { day: DAY, foster, ofAge: false };
      const letters = letterRecipients(all, on);
      expect(letters.filter((one) => isLimited(one, 'letters', DAY))).toEqual([]);
      expect(callOrder(all, on).filter((one) => isLimited(one, 'contact', DAY))).toEqual([]);
      expect(letters.filter((one) => ['social_worker', 'emergency_contact'].includes(roleOf(one) ?? ''))).toEqual([]);
      if (foster) expect(letters.filter((one) => roleOf(one) === 'caregiver')).toEqual([]);
      const holders = all.filter((one) => roleOf(one) === 'education_rights_holder' && !isLimited(one, 'letters', DAY));
      expect(letters).toEqual(expect.arrayContaining(holders));
    }),
    { seed: 16 },
  );
});
