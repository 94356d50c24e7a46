/** One thing a page says to type: the commands of a block, whether they are refused, and what it says is printed. */
export interface Step {
  /** Line of the page on which the block begins, from 1. */
  line: number;
  commands: string;
  refused: boolean;
  printed: string[];
}

/**
 * The steps of a page. A block ```` ```sh ```` is typed and must succeed, ```` ```sh refused ```` must fail with code 1; the
 * ```` ```text ```` block after it is what it prints, leaving out what lies between.
 */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  let fence: { info: string; line: number; lines: string[] } | null = null;
  for (const [index, text] of page.split('\n').entries()) {
    if (!text.startsWith('```')) {
      fence?.lines.push(text);
    } else if (fence === null) {
      fence = { info: text.slice(3).trim(), line: index + 1, lines: [] };
    } else {
      if (fence.info === 'sh' || fence.info === 'sh refused') {
        steps.push({ line: fence.line, commands: fence.lines.join('\n'), refused: fence.info !== 'sh', printed: [] });
      } else if (fence.info === 'text') {
        steps.at(-1)!.printed.push(...fence.lines.filter((one) => one.trim() !== ''));
      }
      fence = null;
    }
  }
  return steps;
}

/**
 * The first of the lines that was not printed, in their order; null if all were. Tables and wrapped sentences are read as one run of
 * words, so that widths of columns do not matter.
 */
export function firstNotPrinted(printed: string[], output: string): string | null {
  const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const said = words(output);
  let from = 0;
  for (const line of printed) {
    const at = said.indexOf(words(line), from);
    if (at === -1) return line;
    from = at + words(line).length;
  }
  return null;
}
