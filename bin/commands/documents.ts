import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { CASE_HELP, findCase, type CasePage } from '../cli/find-case.ts';
import { count } from '../cli/table.ts';

interface Options {
  out?: string;
}

/** `rollbook packet` and `rollbook letter`: documents as PDF files. */
export function documentCommands(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('packet')
      .description('the whole record of a case as one PDF')
      .argument('<case>', CASE_HELP)
      .option('-o, --out <file>', 'where to write it (default: packet-CASE.pdf)'),
    surroundings,
    async (cli, [reference], options) => {
      const { client, caseId } = await findCase(cli, reference!);
      const name = /^[\w-]+$/.test(reference!) ? reference! : caseId;
      await save(cli, client, `/v1/cases/${caseId}/packet`, options.out ?? `packet-${name}.pdf`);
    },
  );
  action<Options>(
    program
      .command('letter')
      .description('an approved letter as PDF, as it was when it was approved')
      .argument('<case>', CASE_HELP)
      .argument('<letter>', 'code of the letter, or the id of its document')
      .option('-o, --out <file>', 'where to write it (default: LETTER.pdf)'),
    surroundings,
    async (cli, [reference, letter], options) => {
      const { client, caseId } = await findCase(cli, reference!);
      const { letters } = await client.get<CasePage>(`/v1/cases/${caseId}`);
      const approved = letters.findLast((one) => one.letter === letter || one.document === letter);
      if (!approved) {
        const known = letters.map((one) => `${one.letter}, on ${one.on}`);
        throw new CliError(
          `The letter "${letter}" has not been approved on this case`,
          known.length ? { detail: 'Approved are:', lines: known } : {},
        );
      }
      await save(cli, client, `/v1/cases/${caseId}/letters/${approved.document}`, options.out ?? `${approved.letter}.pdf`);
    },
  );
}

async function save(cli: Cli, client: Awaited<ReturnType<typeof findCase>>['client'], path: string, file: string): Promise<void> {
  const { bytes } = await client.send('GET', path);
  await writeFile(file, bytes);
  cli.output.answer({ file, bytes: bytes.length }, () => `Written: ${file}, ${count(bytes.length, 'byte')}.`);
}
