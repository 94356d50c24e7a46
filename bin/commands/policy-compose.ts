import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { layerText, policyText } from '../cli/policy-text.ts';
import { count } from '../cli/table.ts';

interface Options {
  id: string;
  title?: string;
  out: string;
}

/** `rollbook policy compose`: a policy with layers laid over it, as a document of its own. It needs no service. */
export function policyComposeCommand(policy: Command, surroundings: Surroundings): void {
  action<Options>(
    policy
      .command('compose')
      .description('lay layers over a policy; what comes out is a document of its own, to be read, checked and proposed as any other')
      .argument('<base>', 'a policy document (YAML), or the id of a shipped one')
      .argument('<layer...>', 'layer documents (YAML), or the ids of shipped ones')
      .requiredOption('--id <id>', 'what the new policy is called')
      .option('--title <title>', 'its title (default: that of the base, with those of the layers)')
      .requiredOption('-o, --out <file>', 'where to write it'),
    surroundings,
    (cli, [base, ...layers], options) => composeTo(cli, base!, layers.flat(), options),
  );
}

async function composeTo(cli: Cli, base: string, layers: string[], { id, title, out }: Options): Promise<void> {
  const { composePolicy } = await import('../../policy/index.ts');
  const texts = await Promise.all(layers.map(layerText));
  const composed = composePolicy(await policyText(base), texts, { policy: id, ...(title ? { title } : {}) });
  if (!composed.ok)
    throw new CliError(`${layers.join(', ')} cannot be laid over ${base}: ${count(composed.problems.length, 'problem')}`, {
      type: 'policy-invalid',
      lines: composed.problems.map(
        ({ path, line, reason, remedy }) => `${line === null ? '' : `line ${line}, `}${path || 'document'}: ${reason}. ${remedy}`,
      ),
    });
  await writeFile(out, composed.text);
  cli.output.answer({ file: out, policy: id }, () =>
    [`Written: ${out}. It is a policy of its own: read it, then see what it changes with:`, `  rollbook policy diff ${base} ${out}`].join(
      '\n',
    ),
  );
}
