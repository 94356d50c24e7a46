import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { codeMeaning, isPlain } from '../../policy/codes.ts';
import { insertCodes, type MappedCode } from '../../store/attendance-codes.ts';
import type { Database, Transaction } from '../../store/database.ts';

/**
 * The maps of codes that come with Rollbook, one YAML file for each student information system. They only begin a district's own table
 * (`attendance_code`): what a district has said about a code is never touched by them.
 */
const MAPS = new URL('./', import.meta.url);
const named = z.object({ code: z.string(), label: z.string() });

/** The code sets for which a map is shipped. */
export function shippedCodeSets(): string[] {
  return readdirSync(fileURLToPath(MAPS))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/**
 * The code set of a format: the student information system it belongs to, since all files of one system share their codes
 * (`clever-csv` → `clever`). A format of a system for which no map is shipped is a set of its own.
 */
export function codeSetOf(format: string): string {
  return shippedCodeSets().find((set) => format === set || format.startsWith(`${set}-`)) ?? format;
}

/** The shipped map of a code set. @throws if none is shipped, or it is not sound */
export function shippedCodes(set: string): MappedCode[] {
  const entries = z.array(z.unknown()).parse(parse(readFileSync(new URL(`${set}.yaml`, MAPS), 'utf8')));
  return entries.map((entry) => ({ codeSet: set, ...named.parse(entry), meaning: codeMeaning.parse(entry) }));
}

/** The codes of a set that say no more than that the student was there: the district's own, and shipped ones that it has not mapped yet. */
export async function plainCodes(db: Database, set: string): Promise<Set<string>> {
  const own = await db('attendance_code')
    .where({ code_set: set })
    .whereNull('superseded_by')
    .select<{ code: string; plain: boolean }[]>('code', 'plain');
  const known = new Set(own.map(({ code }) => code));
  const shipped = shippedCodeSets().includes(set) ? shippedCodes(set) : [];
  return new Set([
    ...own.filter(({ plain }) => plain).map(({ code }) => code),
    ...shipped.filter(({ code, meaning }) => !known.has(code) && isPlain(meaning)).map(({ code }) => code),
  ]);
}

/** Begins the district's table for some code sets: a code that has never been mapped gets its shipped meaning, if it has one. */
export async function beginCodes(trx: Transaction, sets: readonly string[]): Promise<void> {
  const shipped = shippedCodeSets();
  await insertCodes(trx, sets.filter((set) => shipped.includes(set)).flatMap(shippedCodes), 'shipped');
}
