import type { Command } from 'commander';
import { readPeople, type PersonWithToken } from '../people.ts';
import { choosePeople, personLine } from './choose.ts';
import { createClient, type ApiClient } from './client.ts';
import { CliError } from './errors.ts';
import { createOutput, type Output, type Streams } from './output.ts';
import { whereIsIt } from './where.ts';

/** The world around the command line: nothing else of it is read. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  streams: Streams;
}

/** Options that every command has. */
interface GlobalOptions {
  json?: boolean;
  data?: string;
  as?: string;
}

/** What a command works with: the options given, where its words go, and the service as the chosen person sees it. */
export interface Cli {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly output: Output;
  /** The service as the person of `--as`, or of ROLLBOOK_TOKEN; an administrator if neither is given. */
  client(): Promise<ApiClient>;
  /** The same for each person whom `--as` can mean, so that a command about one student finds the one who can see it. */
  clients(): Promise<{ who: string; client: ApiClient }[]>;
  people(): Promise<PersonWithToken[]>;
}

export const DEFAULT_DATA = '.rollbook';

/** @param options all options of the command, the global ones among them */
function createCli(surroundings: Surroundings, options: GlobalOptions): Cli {
  const { env, streams } = surroundings;
  const dataDir = options.data ?? env['ROLLBOOK_DATA'] ?? DEFAULT_DATA;
  const output = createOutput(streams, options.json ?? false);
  const people = (): Promise<PersonWithToken[]> => readPeople(dataDir);

  async function chosen(): Promise<{ who: string; token: string }[]> {
    const token = env['ROLLBOOK_TOKEN'];
    if (options.as === undefined && token !== undefined) return [{ who: 'the owner of ROLLBOOK_TOKEN', token }];
    const everyone = await people();
    if (everyone.length === 0) return [];
    return choosePeople(everyone, options.as ?? 'administrator').map((person) => ({ who: personLine(person), token: person.token }));
  }

  async function clients(): Promise<{ who: string; client: ApiClient }[]> {
    const { url, howToStart } = whereIsIt(env, dataDir);
    const tokens = await chosen();
    if (tokens.length === 0) {
      throw new CliError(`there are no tokens in ${dataDir}/people.json, and ROLLBOOK_TOKEN is not set; ${howToStart}`, {
        type: 'no-token',
        detail: 'In a district of your own, add somebody with: rollbook person add --help',
      });
    }
    return tokens.map(({ who, token }) => ({
      who,
      client: createClient({ url, token, howToStart, heard: (sentence) => output.above(sentence) }),
    }));
  }

  async function client(): Promise<ApiClient> {
    const all = await clients();
    if (all.length > 1) {
      throw new CliError(`"${options.as ?? 'administrator'}" fits more than one person`, {
        detail: 'Say which one:',
        lines: all.map(({ who }) => who),
      });
    }
    return all[0]!.client;
  }

  return { env, dataDir, output, client, clients, people };
}

/** Gives a command its action: `work` is called with a `Cli`, the arguments and the options. */
export function action<Options extends object>(
  command: Command,
  surroundings: Surroundings,
  work: (cli: Cli, args: string[], options: Options) => Promise<void>,
): void {
  command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg): arg is string => typeof arg === 'string');
    await work(createCli(surroundings, options), args, options);
  });
}
