import type { z } from 'zod';
import {
  faultsOfTexts,
  gradeOf,
  printDocument,
  sampleLetter,
  shippedTexts,
  textDifferences,
  versionInUse,
  warningsOfTexts,
  type LetterTexts,
} from '../documents/index.ts';
import { LETTERS } from '../policy/vocabulary.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import {
  closeLetterVersion,
  nextLetterVersion,
  readLettersInUse,
  readLetterVersions,
  writeLetterApproval,
  writeLetterVersion,
  type LetterVersion,
} from '../store/letter-texts.ts';
import { readDistrict } from '../store/read/health.ts';
import { actOf, APPROVERS, isLastApproval, mustBeApprovable, mustBeEndable, mustLieAhead, TEXT } from './approvals.ts';
import type { letterName, letterRegister, letterVersion, proposeLetterText } from './contracts/letter-texts.ts';
import { sha256 } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

type Letter = z.output<typeof letterName>;
type Register = z.input<typeof letterRegister>;
type View = z.input<typeof letterVersion>;
type Number_ = number | 'shipped';

/** Every letter with the version in use and all there are. */
export async function viewRegister(trx: Transaction): Promise<Register> {
  const { day } = await districtTime(trx);
  const all = await readLetterVersions(trx, {});
  const letters: Register['letters'] = [];
  for (const letter of LETTERS) {
    const { inUse, texts } = await inUseOf(trx, letter, day);
    const own = all.filter((one) => one.letter === letter).map((one) => lineOf(one, inUse));
    const versions = [...own, shippedLine(letter, inUse)];
    letters.push({ letter, title: texts['en']?.title ?? letter, inUse, languages: Object.keys(texts), versions });
  }
  return { letters };
}

/** One version with its languages side by side, what is wrong with it, and what it changes in the one in use. */
export async function viewVersion(trx: Transaction, letter: Letter, version: Number_): Promise<{ view: View; etag: string }> {
  const { day } = await districtTime(trx);
  const { inUse, texts: used } = await inUseOf(trx, letter, day);
  const own = version === 'shipped' ? null : await versionOf(trx, letter, version);
  const texts: LetterTexts = own?.texts ?? shippedTexts(letter);
  const on = own && own.effective > day ? own.effective : day;
  const comparedTo = inUse === version ? null : inUse;
  const view: View = {
    ...(own ? lineOf(own, inUse) : shippedLine(letter, inUse)),
    approvalsNeeded: own ? APPROVERS : 0,
    texts,
    faults: faultsOfTexts(letter, texts, on),
    warnings: warningsOfTexts(letter, texts, on),
    readingGrade: gradeOf(texts['en']),
    comparedTo,
    differences: comparedTo === null ? [] : textDifferences(used, texts),
  };
  return { view, etag: sha256({ letter, version, texts, effective: own?.effective ?? null, comparedTo }).slice(0, 32) };
}

/**
 * Writes a proposal down, if it may be used from its day on, can be printed, and says something new.
 * @throws Problem text-invalid with every fault and its place
 */
export async function proposeText(
  trx: Transaction,
  person: Person,
  letter: Letter,
  { texts, effective, note }: z.output<typeof proposeLetterText>,
): Promise<View> {
  const { day } = await districtTime(trx);
  const act = await actOf(trx, person);
  const errors = faultsOfTexts(letter, texts, effective);
  if (errors.length)
    throw new Problem(
      'text-invalid',
      `The text of ${letter} may not be used: ${errors.length} ${errors.length === 1 ? 'fault' : 'faults'}.`,
      {
        errors,
      },
    );
  for (const language of Object.keys(texts)) await printSample(trx, person, letter, texts, language);
  mustLieAhead(effective, day, await lastEffective(trx, letter), TEXT);
  const { inUse, texts: used } = await inUseOf(trx, letter, day);
  if (textDifferences(used, texts).length === 0) throw new Problem('text-unchanged', `It says the same as the version in use (${inUse}).`);
  const version = await nextLetterVersion(trx, letter);
  if (!(await writeLetterVersion(trx, { letter, version, digest: sha256(texts), texts, effective, note }, act)))
    throw new Problem('text-draft-open', `Another version of ${letter} is open; it must be approved, rejected or withdrawn first.`);
  return (await viewVersion(trx, letter, version)).view;
}

/** One person's approval of what that person has read; with the last one it is used from its day on. @param seen the ETag that was read */
export async function approveText(trx: Transaction, person: Person, letter: Letter, version: Number_, seen: string): Promise<View> {
  const own = await versionOf(trx, letter, version, { lock: true });
  mustBeApprovable(own, person, TEXT);
  const { view, etag } = await viewVersion(trx, letter, version);
  if (etag !== seen)
    throw new Problem('text-moved-on', 'What this version is compared with has changed since you read it. Read it again, then decide.');
  if (view.faults.length) throw new Problem('text-invalid', `The text of ${letter} may no longer be used.`, { errors: view.faults });
  mustLieAhead(own.effective, (await districtTime(trx)).day, await lastEffective(trx, letter), TEXT);
  const act = await actOf(trx, person);
  await writeLetterApproval(trx, own, act, seen);
  if (isLastApproval(own)) await closeLetterVersion(trx, own, 'approved', act, null);
  return (await viewVersion(trx, letter, version)).view;
}

/** Ends a version with a reason: a proposed one, or an approved one whose day has not come. */
export async function endText(
  trx: Transaction,
  person: Person,
  letter: Letter,
  version: Number_,
  end: { status: 'rejected' | 'withdrawn'; reason: string },
): Promise<View> {
  const own = await versionOf(trx, letter, version, { lock: true });
  mustBeEndable(own, person, end.status, (await districtTime(trx)).day, TEXT);
  await closeLetterVersion(trx, own, end.status, await actOf(trx, person), end.reason);
  return (await viewVersion(trx, letter, version)).view;
}

/** A version printed for a made-up student, as a letter of today approved by the caller. */
export async function previewText(trx: Transaction, person: Person, letter: Letter, version: Number_, language: string): Promise<Buffer> {
  const texts = version === 'shipped' ? shippedTexts(letter) : (await versionOf(trx, letter, version)).texts;
  if (!(language in texts))
    throw new Problem('not-found', `There is no text in ${language}; there is one in ${Object.keys(texts).join(', ')}.`);
  return printSample(trx, person, letter, texts, language);
}

async function printSample(trx: Transaction, person: Person, letter: Letter, texts: LetterTexts, language: string): Promise<Buffer> {
  const { day } = await districtTime(trx);
  const district = (await readDistrict(trx))?.name ?? '';
  const source = sampleLetter(letter, texts, language, {
    day,
    district,
    approvedBy: { id: person.id, name: person.name, role: person.role },
  });
  try {
    return printDocument({ template: 'letter/1', version: 1, source, sourceSha256: sha256(source) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Problem('text-invalid', `The text in ${language} cannot be printed.`, { errors: [{ path: `texts.${language}`, message }] });
  }
}

async function versionOf(trx: Transaction, letter: Letter, version: Number_, options: { lock?: boolean } = {}): Promise<LetterVersion> {
  const [own] = version === 'shipped' ? [] : await readLetterVersions(trx, { letter, version }, options);
  if (own) return own;
  throw version === 'shipped'
    ? new Problem('text-draft-closed', 'The shipped text is what it is; propose a version of your own.')
    : new Problem('not-found', `There is no version ${version} of ${letter}.`);
}

async function inUseOf(trx: Transaction, letter: Letter, day: string): Promise<{ inUse: Number_; texts: LetterTexts }> {
  const { version, texts } = versionInUse(letter, await readLettersInUse(trx, letter, day), day);
  return { inUse: version?.version ?? 'shipped', texts };
}

async function lastEffective(trx: Transaction, letter: Letter): Promise<string | null> {
  const approved = (await readLetterVersions(trx, { letter })).filter(({ status }) => status === 'approved');
  return (
    approved
      .map(({ effective }) => effective)
      .sort()
      .at(-1) ?? null
  );
}

function lineOf(
  { texts, letter, proposedRole: _role, ...own }: LetterVersion,
  inUse: Number_,
): Register['letters'][number]['versions'][number] {
  return { ...own, letter: letter as Letter, inUse: own.version === inUse, languages: Object.keys(texts) };
}

function shippedLine(letter: Letter, inUse: Number_): Register['letters'][number]['versions'][number] {
  return {
    letter,
    version: 'shipped',
    digest: null,
    effective: null,
    note: null,
    proposedBy: null,
    proposedAt: null,
    status: 'shipped',
    closedBy: null,
    closedAt: null,
    closedWhy: null,
    approvals: [],
    inUse: inUse === 'shipped',
    languages: Object.keys(shippedTexts(letter)),
  };
}
