import type { z } from 'zod';
import { callOrder, isLimited, letterRecipients, OF_AGE, roleOf } from '../../cases/index.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { contactsOf } from '../../store/read/contacts.ts';
import { fosterOn, ofAgeOn } from '../../store/read/flags.ts';
import type { contact } from '../contracts/case.ts';

/** The contacts of students with what each may be told: whom to call first, who may not be contacted, and to whom letters go. */
export async function viewContacts(trx: Transaction, students: string[]): Promise<Map<string, z.input<typeof contact>[]>> {
  const { day } = await districtTime(trx);
  const foster = await fosterOn(trx, students, day);
  const ofAge = await ofAgeOn(trx, students, day, OF_AGE);
  const found = new Map<string, z.input<typeof contact>[]>();
  for (const [studentId, people] of await contactsOf(trx, students)) {
    const on = { day, foster: foster.has(studentId), ofAge: ofAge.has(studentId) };
    const callable = callOrder(people, on);
    const recipients = new Set(letterRecipients(people, on));
    const rest = people.filter((person) => !callable.includes(person));
    found.set(
      studentId,
      [...callable, ...rest].map((person) => ({
        ...person,
        courtOrder: person.courtOrder && { ...person.courtOrder, limits: [...person.courtOrder.limits] },
        legalRole: roleOf(person),
        mayBeContacted: callable.includes(person) && !isLimited(person, 'contact', day),
        receivesLetters: recipients.has(person),
      })),
    );
  }
  return found;
}
