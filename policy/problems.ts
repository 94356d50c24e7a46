import { LineCounter, parseDocument, type Document } from 'yaml';

/** What is wrong with a policy document, where, and what to do. */
export interface PolicyProblem {
  /** Where in the document, as `tasks.3.due`. */
  path: string;
  /** Line in the text, from 1; null when the place is not in the text. */
  line: number | null;
  reason: string;
  remedy: string;
}

type Step = string | number;

/** A parsed text that can say on which line a path stands. */
export class Text {
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines });
  }

  get faults(): PolicyProblem[] {
    return this.#document.errors.map((error) => ({
      path: '',
      line: error.linePos?.[0].line ?? null,
      reason: `this is not YAML: ${error.message.split('\n')[0] ?? ''}`,
      remedy: 'mend the line; mind the indentation and the quotes',
    }));
  }

  /** @throws if the text cannot be taken as a value: aliases of what is not there, or too many */
  get value(): unknown {
    return this.#document.toJS();
  }

  problem(path: Step[], reason: string, remedy: string): PolicyProblem {
    return { path: path.join('.'), line: this.line(path), reason, remedy };
  }

  /** The line of a path, or of the nearest part of it that is there. */
  line(path: Step[]): number | null {
    for (let end = path.length; end > 0; end -= 1) {
      const node = this.#document.getIn(path.slice(0, end), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return this.#lines.linePos(node.range[0]).line;
    }
    return null;
  }
}
