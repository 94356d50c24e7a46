import { cpus, release, totalmem, type } from 'node:os';

/** One measure with its goal. */
export interface Line {
  measure: string;
  figure: string;
  goal: string;
  met: boolean;
  detail: string;
}

/** What was measured, as JSON or as a table, and on what machine. */
export function report(lines: readonly Line[], asJson: boolean): string {
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}, Node ${process.version}`;
  if (asJson) return `${JSON.stringify({ machine, measures: lines }, null, 2)}\n`;
  const width = Math.max(...lines.map(({ measure }) => measure.length));
  const rows = lines.map(
    ({ measure, figure, goal, met, detail }) =>
      `${measure.padEnd(width)}  ${figure.padStart(8)}  goal ${goal}  ${met ? 'met    ' : 'not met'}  ${detail}`,
  );
  return `${[...rows, `on ${machine}`].join('\n')}\n`;
}

/** Says on the error stream what is being done, so that the output is the report alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
