import { dayOf } from './calendar.ts';
import { LANGUAGE_NAMES, NAMES, type Language } from './names.ts';
import { familyName, streetAddress, type Household } from './families.ts';
import { Random } from './random.ts';

/** An adult whom the school knows, as the roster names them. */
export interface Contact {
  id: string;
  first: string;
  last: string;
  relationship: string;
  legalRole: 'parent' | 'education_rights_holder' | 'caregiver' | 'social_worker' | 'emergency_contact';
  courtOrder: string;
  courtOrderDate: string;
  primary: boolean;
  emergency: boolean;
  livesWith: boolean;
  phone: string;
  phoneType: string;
  email: string;
  street: string;
  zip: string;
  language: Language;
}

/** Streams of chance that are drawn for a household's adults. */
const ADULTS = 2;
const ZIPS = ['96190', '96191', '96192', '96193'];
const ORDERS = [
  'No contact with the child and no school records, by order of the family court.',
  'Supervised visits only; may not pick the child up; receives school records.',
  'The mother alone makes decisions about schooling; the father receives school records.',
];

/** The adults of a household, in the order in which the school would call them. The same for each child. */
export function contactsOf(seed: number, home: Household): Contact[] {
  const random = new Random(seed, ADULTS, home.index);
  const last = home.children[0]!.last;
  const zip = random.pick(ZIPS);
  const street = home.homeless ? '' : home.street;
  let n = 0;
  const adult = (woman: boolean, about: Partial<Contact>): Contact => {
    const language = about.language ?? home.language;
    const names = NAMES[language];
    const first = random.pick(woman ? names.girls : names.boys);
    const family = about.last ?? (random.chance(0.8) ? last : familyName(random, language));
    n += 1;
    return {
      id: String(home.index * 10 + n + 1_000_000),
      first,
      last: family,
      relationship: woman ? 'Mother' : 'Father',
      legalRole: 'parent',
      courtOrder: '',
      courtOrderDate: '',
      primary: n === 1,
      emergency: n === 1,
      livesWith: true,
      phone: phoneNumber(home.index * 5 + n - 1),
      phoneType: random.pick(['Cell', 'Cell', 'Cell', 'Home', 'Work']),
      email: random.chance(0.6) ? `${plain(first)}.${plain(family)}.${home.index}@example.org` : '',
      street,
      zip,
      ...about,
      language,
    };
  };
  const away = (): Partial<Contact> => ({ livesWith: false, street: streetAddress(random), zip: random.pick(ZIPS) });
  const contacts = adults(home, random, adult, away);
  if (random.chance(0.35)) {
    contacts.push(adult(true, { relationship: 'Aunt', legalRole: 'emergency_contact', emergency: true, ...away() }));
  }
  // As a form once said it and nobody has checked since: a digit is missing.
  if (home.unreachable) return contacts.map((contact) => ({ ...contact, phone: contact.phone.slice(0, -1), email: '' }));
  return contacts;
}

function adults(
  { structure }: Household,
  random: Random,
  adult: (woman: boolean, about: Partial<Contact>) => Contact,
  away: () => Partial<Contact>,
): Contact[] {
  const order = (text: string): Partial<Contact> => ({
    courtOrder: text,
    courtOrderDate: `${random.int(2019, 2024)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
  });
  switch (structure) {
    case 'two_parents':
      return [adult(true, {}), adult(false, {})];
    case 'one_parent':
      return [adult(random.chance(0.85), {})];
    case 'separated':
      return [adult(true, {}), adult(false, away())];
    case 'separated_with_order':
      return [adult(true, {}), adult(false, { ...away(), ...order(random.pick(ORDERS)) })];
    case 'grandparent':
      return [
        adult(true, { relationship: 'Grandmother', legalRole: 'caregiver' }),
        adult(true, { relationship: 'Mother', legalRole: 'parent', ...away() }),
      ];
    case 'foster':
      return [
        adult(true, { relationship: 'Foster mother', legalRole: 'caregiver', last: familyName(random, 'en'), language: 'en' }),
        adult(false, {
          relationship: 'Education rights holder',
          legalRole: 'education_rights_holder',
          last: familyName(random, 'en'),
          language: 'en',
          ...away(),
          ...order('Appointed by the juvenile court to make educational decisions for the child.'),
        }),
        adult(true, {
          relationship: 'County social worker',
          legalRole: 'social_worker',
          last: familyName(random, 'en'),
          language: 'en',
          ...away(),
          phoneType: 'Work',
        }),
      ];
  }
}

/** The day on which foster children of the district are given another home. */
export const PLACEMENT_CHANGES = dayOf('2025-10-09');

/** A new home for a foster child: another caregiver, at another address; the other adults stay. */
export function newPlacement(seed: number, home: Household, before: readonly Contact[]): Contact[] {
  const random = new Random(seed, ADULTS, home.index, 1);
  return before.map((contact) => {
    if (contact.legalRole !== 'caregiver') return contact;
    return {
      ...contact,
      id: String(Number(contact.id) + 8),
      first: random.pick(NAMES.en.girls),
      last: familyName(random, 'en'),
      phone: phoneNumber(home.index * 5 + 4),
      email: '',
      street: streetAddress(random),
      zip: random.pick(ZIPS),
    };
  });
}

/** The language of a contact, as the roster writes it. */
export const languageOf = ({ language }: Contact): string => LANGUAGE_NAMES[language];

/** Area codes as there are: three digits, the first from 2 on, no service codes; California's first. */
const CALIFORNIA = [
  209, 213, 279, 310, 323, 341, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657, 661, 669, 707, 714, 747, 760, 805, 818, 820,
  831, 840, 858, 909, 916, 925, 949, 951,
]; // prettier-ignore
const AREAS = [
  ...CALIFORNIA,
  ...Array.from({ length: 790 }, (_, n) => 201 + n).filter((code) => code % 100 !== 11 && !CALIFORNIA.includes(code)),
];

/**
 * The n-th telephone number of the district: no two are the same. The first 78,000 lie in 555-0100 to 555-0199, which is kept for
 * fiction in every area code; the rest elsewhere in exchange 555, which serves no households.
 */
function phoneNumber(n: number): string {
  const kept = AREAS.length * 100;
  const area = (place: number): number => AREAS[place % AREAS.length]!;
  // Neighbors in the list get different area codes only after a hundred numbers, as families of one town would.
  if (n < kept) return `(${area(Math.floor(n / 100))}) 555-01${String(n % 100).padStart(2, '0')}`;
  const rest = n - kept;
  return `(${area(Math.floor(rest / 8_000))}) 555-${String(2_000 + (rest % 8_000))}`;
}

/** A name as it can stand in an e-mail address. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[đĐ]/g, 'd')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();
}
