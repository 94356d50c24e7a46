import { existsSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { action, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { count } from '../cli/table.ts';
import { SYSTEMS } from '../sample/schools.ts';

interface SampleFlags {
  students: string;
  seed: string;
  systems: string;
  out: string;
}

/** `rollbook sample`: a district made by the program itself. Needs no service. */
export function sampleCommand(program: Command, surroundings: Surroundings): void {
  const sample = program
    .command('sample')
    .description('make the files of a fictional district of any size and of its school year 2025-26 (docs/sample.md)')
    .requiredOption('--students <n>', 'how many student records it has')
    .option('--seed <s>', 'a whole number; the same size and seed make the same files', '1')
    .option('--systems <list>', `whose exports the schools send, separated by commas`, SYSTEMS.join(','))
    .requiredOption('--out <dir>', 'a new or empty folder for the files');
  action<SampleFlags>(sample, surroundings, async (cli, _args, flags) => {
    const students = wholeNumber(flags.students, '--students', 1);
    const seed = wholeNumber(flags.seed, '--seed', 0);
    if (existsSync(flags.out) && readdirSync(flags.out).length > 0) {
      throw new CliError(`${flags.out} is not empty: name a new or an empty folder with --out DIR`);
    }
    const systems = flags.systems.split(',').map((name) => {
      const system = SYSTEMS.find((one) => one === name.trim());
      if (!system) throw new CliError(`“${name}” is no system that is written: there are ${SYSTEMS.join(', ')}`);
      return system;
    });
    const { generate } = await import('../sample/generate.ts');
    const index = generate({
      students,
      seed,
      systems,
      out: flags.out,
      progress: (done) => cli.output.progress(`${count(done, 'student')} made.`),
    });
    const { files, rows, schools, situations } = index;
    cli.output.answer(
      { out: flags.out, students, seed, schools: schools.length, files, rows, situations: situations.length, missing: index.missing },
      () =>
        `${count(students, 'student')} in ${count(schools.length, 'school')}: ${count(rows, 'row')} in ${count(files, 'file')}.\n` +
        `Who shows what is in ${flags.out}/README.md.`,
    );
  });
}

/** @throws CliError if the text is no whole number of at least so much, or beyond what fits 31 bits */
export function wholeNumber(text: string, option: string, least: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > 2_147_483_647) {
    throw new CliError(`“${text}” is no ${option}: give a whole number from ${least} on`);
  }
  return number;
}
