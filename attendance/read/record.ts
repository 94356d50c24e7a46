import type { LineProblem } from './csv.ts';

/** A record of a JSON or XML file. The elements and attributes of XML are its keys. */
export interface JsonObject {
  [key: string]: JsonValue;
}
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A record with its place in the file, counted from 1, or why it cannot be read. `type`: of XML, the element's name. */
export type FoundRecord =
  { place: number; type: string | null; record: JsonObject } | { place: number; type: string | null; problem: LineProblem; text: string };

/**
 * The values of a record that lie under paths: `a.b` is a key within a key, `a[].b` that of every element of a list, joined by `|`. A
 * value that is not there, or is null, is ''.
 */
export function valuesOf(record: JsonObject, paths: readonly string[]): string[] {
  return paths.map((path) => leaves(record, path.split('.')).join('|'));
}

function leaves(value: JsonValue | undefined, keys: readonly string[]): string[] {
  const [key, ...others] = keys;
  if (key === undefined) return value === null || value === undefined || typeof value === 'object' ? [] : [String(value)];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (!key.endsWith('[]')) return leaves(value[key], others);
  const list = value[key.slice(0, -2)];
  // A list of one is no list in XML.
  return (Array.isArray(list) ? list : [list]).flatMap((element) => leaves(element, others));
}

/** Every path of a record that ends in a value, as `valuesOf` takes them. */
export function pathsOf(record: JsonObject): string[] {
  const paths = new Set<string>();
  const walk = (value: JsonValue, path: string): void => {
    if (Array.isArray(value)) for (const element of value) walk(element, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
    } else paths.add(path);
  };
  walk(record, '');
  return [...paths];
}

/** Is this a JSON value with keys? */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A plain value as text, trimmed; '' when there is none, or it is a list or an object. */
export function textOf(value: JsonValue | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value).trim();
}
