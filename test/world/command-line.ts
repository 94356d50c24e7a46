import { run } from '../../bin/cli/run.ts';

/** The command line as somebody uses it on a service: what it says, with spaces for every run of blanks; after `exit N:` when it fails. */
export async function commandLine(url: string, token: string | null, args: readonly string[]): Promise<string> {
  const said = { out: '', err: '' };
  const streams = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text), columns: 100 };
  const code = await run([...args], { env: { ROLLBOOK_URL: url, ROLLBOOK_TOKEN: token ?? '' }, streams });
  return `${code === 0 ? '' : `exit ${code}: `}${said.out}${said.err}`.replaceAll(/\s+/g, ' ').trim();
}
