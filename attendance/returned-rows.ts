import { isFormula } from '../store/csv.ts';

/**
 * Rejected rows leave as a file for a spreadsheet, and come back mended. What is done to them on the way out is undone on the way in.
 */

/** Columns that are added behind the source's own; a file that comes back with them is read without them. */
export const ADDED_COLUMNS = ['rollbook_line', 'rollbook_reason'] as const;

/** Whether a file is one of rejected rows that comes back. */
export function comesBack(header: readonly string[]): boolean {
  return header.some((column) => column.trim().toLowerCase() === 'rollbook_reason');
}

/** Undoes what was done to a formula for the spreadsheet's sake. */
export function asItCame(fields: readonly string[]): string[] {
  return fields.map((field) => (field.startsWith(`'`) && isFormula(field.slice(1)) ? field.slice(1) : field));
}
