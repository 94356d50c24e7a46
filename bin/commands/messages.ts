import type { Command } from 'commander';
import type { z } from 'zod';
import type { staffMessages } from '../../api/contracts/message.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { messagesText, messageText } from '../cli/mail-text.ts';
import { findSchool } from '../cli/schools.ts';

interface Options {
  school?: string;
  state?: string;
  limit: string;
  texts?: boolean;
}

/** `rollbook messages`: what people were told by mail, and what became of it. */
export function messagesCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('messages')
      .description('what the staff was told by mail: sent, on its way, refused, or why not')
      .option('--school <school>', 'only of this school: its id or a piece of its name')
      .option('--state <state>', 'only those that are sent, waiting, unaddressed, refused or lapsed')
      .option('--texts', 'with the texts')
      .option('--limit <n>', 'so many, the latest first', '20'),
    surroundings,
    async (cli, _args, { school, state, limit, texts }) => {
      const found = school === undefined ? null : await findSchool(cli, school);
      const client = found?.client ?? (await cli.client());
      const answer = await client.get<z.infer<typeof staffMessages>>('/v1/messages', {
        ...(found ? { school: found.schoolId } : {}),
        ...(state === undefined ? {} : { state }),
        limit,
      });
      cli.output.answer(answer, () =>
        texts ? answer.messages.map((one) => messageText(one, cli.output.width)).join('\n---\n') : messagesText(answer, cli.output.width),
      );
    },
  );
}
