import type { CliError } from './errors.ts';
import { list, wrap } from './table.ts';

/** Where a command's words go. With `--json` standard output carries exactly one JSON document and progress goes to standard error. */
export interface Output {
  readonly json: boolean;
  /** Columns to fill, 80 to 100. */
  readonly width: number;
  /** The answer: `document` for programs, `text` (made only when needed) for people. */
  answer(document: unknown, text: () => string): void;
  /** Something to be read above the answer, once however often it is said; in a document it stands in its place. */
  above(sentence: string): void;
  /** A line about work under way. */
  progress(line: string): void;
  /** A failure; returns nothing, the exit code is the caller's. */
  failure(error: CliError): void;
}

export interface Streams {
  out(text: string): void;
  err(text: string): void;
  columns: number | undefined;
}

export function createOutput(streams: Streams, json: boolean): Output {
  const width = Math.min(100, Math.max(80, streams.columns ?? 100));
  const said = new Set<string>();
  return {
    json,
    width,
    answer: (document, text) => {
      if (json) return streams.out(`${JSON.stringify(document, null, 2)}\n`);
      for (const sentence of said) streams.out(`${wrap(sentence, width)}\n\n`);
      said.clear();
      streams.out(`${text().trimEnd()}\n`);
    },
    above: (sentence) => void said.add(sentence),
    progress: (line) => (json ? streams.err(`${line}\n`) : streams.out(`${line}\n`)),
    failure: (error) => {
      const { title, more } = error;
      if (json) streams.out(`${JSON.stringify({ title, ...more }, null, 2)}\n`);
      else streams.err(`${failureText(error, width)}\n`);
    },
  };
}

/** The problem's title, its detail, and the list of what is missing. */
function failureText({ title, more }: CliError, width: number): string {
  const lines = [wrap(title, width)];
  if (more.detail && more.detail !== title) lines.push(wrap(more.detail, width));
  if (more.missing?.length) {
    lines.push(
      'Missing:',
      list(
        more.missing.map(({ requirement, title: name, why }) => `${requirement}: ${name}${why ? `: ${why}` : ''}`),
        width,
      ),
    );
  }
  if (more.lines?.length) lines.push(list(more.lines, width));
  return lines.join('\n');
}
