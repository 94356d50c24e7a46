import { SaxesParser } from 'saxes';
import type { Limits } from './limits.ts';
import type { FoundRecord, JsonObject, JsonValue } from './record.ts';
import { damaged, FileRefused } from './refusal.ts';
import { utf8Pieces } from './text.ts';

/** No record of attendance has elements within elements to such a depth. */
const DEEPEST = 100;

/** An element being read: its text so far, and its attributes and elements. */
interface Element {
  name: string;
  text: string;
  inner: JsonObject;
}

/**
 * The records of an XML file, one at a time: the elements that carry one of the names. Attributes and elements of a record are its keys
 * alike, since versions of one standard differ in which they use; an element that comes again becomes a list. Prefixes of namespaces
 * are dropped. Documents may not define entities of their own.
 * @param names elements that are records
 * @throws FileRefused when the file is not well-formed, ends in the middle, or has a record longer than the limit
 */
export async function* xmlRecords(
  file: string,
  bytes: AsyncIterable<Buffer>,
  names: ReadonlySet<string>,
  limits: Pick<Limits, 'record' | 'piece'>,
): AsyncGenerator<FoundRecord> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  const open: Element[] = [];
  let found: FoundRecord[] = [];
  let place = 0;
  let sinceRecord = 0;
  let problem: Error | null = null;
  parser.on('error', (error) => (problem ??= error));
  parser.on('doctype', () => (problem ??= new Error('a document type is not read')));
  parser.on('opentag', (tag) => {
    const name = local(tag.name);
    if (open.length === 0 && !names.has(name)) return;
    // Without a prototype, so that no name in a file means anything to the language.
    const inner = Object.create(null) as JsonObject;
    for (const [key, value] of Object.entries(tag.attributes)) inner[local(key)] = value;
    if (open.length === DEEPEST) problem ??= new Error('elements within elements to no end');
    else open.push({ name, text: '', inner });
  });
  const text = (content: string) => {
    const element = open.at(-1);
    if (element) element.text += content;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    const around = open.at(-1);
    if (around) add(around.inner, element.name, valueOf(element));
    else {
      place += 1;
      sinceRecord = 0;
      found.push({ place, type: element.name, record: element.inner });
    }
  });
  const check = () => {
    if (problem) throw damaged(file);
    // Nothing between two records, nor a record itself, may be longer.
    if (sinceRecord > limits.record) {
      throw new FileRefused(file, 'a record of this file is longer than any export writes; make the export again.');
    }
  };
  for await (const piece of utf8Pieces(bytes, limits)) {
    sinceRecord += piece.length;
    parser.write(decoder.decode(piece, { stream: true }));
    check();
    yield* found;
    found = [];
  }
  parser.write(decoder.decode());
  parser.close();
  check();
  yield* found;
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The text of an element that holds nothing else; its attributes and elements otherwise, with the text under `#text`. */
function valueOf({ text, inner }: Element): JsonValue {
  const content = text.trim();
  if (Object.keys(inner).length === 0) return content;
  if (content !== '') inner['#text'] = content;
  return inner;
}

function add(object: JsonObject, key: string, value: JsonValue): void {
  const before = object[key];
  if (before === undefined) object[key] = value;
  else if (Array.isArray(before)) before.push(value);
  else object[key] = [before, value];
}
