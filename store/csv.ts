/** CSV as we write it: files that a spreadsheet opens, and files that we read again ourselves. */

/** A field, quoted where it must be (RFC 4180). */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row without its line's end. */
export function csvRow(fields: readonly string[]): string {
  return fields.map(csvField).join(',');
}

/** A spreadsheet runs what begins like this as a formula; a plain number with its sign it leaves alone. */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d\s().,/-]*$))/;

export function isFormula(text: string): boolean {
  return FORMULA.test(text);
}

/** The value so that a spreadsheet takes it for text. */
export function harmless(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}
