import { EARLIER_KINDS, EARLIER_RECORDS, type EarlierField, type EarlierKind } from '../../policy/earlier-records.ts';

/** SQL: what the case is told of a row beside its day: codes and dates only, in the form of `EarlierRecord`. @param row its alias */
export function bodyOf(row: string): string {
  const cases = EARLIER_KINDS.map((kind) => `WHEN '${kind}' THEN ${bodyOfKind(row, kind)}`);
  return `CASE ${row}.record ${cases.join(' ')} END`;
}

function bodyOfKind(row: string, kind: EarlierKind): string {
  const fields: readonly EarlierField[] = EARLIER_RECORDS[kind];
  const said = `jsonb_strip_nulls(jsonb_build_object(${fields.map((one) => `'${one.field}', ${valueOf(row, one)}`).join(', ')}))`;
  if (kind === 'report') return `jsonb_build_object('kind', 'report') || ${said}`;
  // Whether the days that a letter named are known is told even when they are not.
  if (kind === 'letter') return `jsonb_build_object('kind', 'letter', 'events', NULL) || ${said}`;
  const whole = kind === 'contact' ? `jsonb_build_object('contact', NULL) || ${said}` : said;
  return `jsonb_build_object('kind', '${kind}', 'details', ${whole})`;
}

function valueOf(row: string, { column, type, otherwise, field }: EarlierField): string {
  const value = `${row}.${column}`;
  switch (type) {
    case 'number':
      return `${value}::integer`;
    case 'dates': {
      const days = `(SELECT to_jsonb(array_agg(DISTINCT d ORDER BY d)) FROM unnest(string_to_array(${value}, ',')) AS d)`;
      return field === 'events' ? days : `coalesce(${days}, '[]')`;
    }
    case 'words':
    case 'codes':
      return `to_jsonb(coalesce(string_to_array(${value}, ','), '{}'))`;
    case 'word':
    case 'code':
    case 'date':
      return otherwise === undefined ? value : `coalesce(${value}, '${otherwise}')`;
  }
}
