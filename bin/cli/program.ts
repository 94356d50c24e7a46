import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { actCommand } from '../commands/act.ts';
import { attendanceCommands } from '../commands/attendance.ts';
import { advanceCommands } from '../commands/advance.ts';
import { caseCommands } from '../commands/case.ts';
import { casesCommand } from '../commands/cases.ts';
import { deliveriesCommand } from '../commands/deliveries.ts';
import { districtCommands } from '../commands/district.ts';
import { districtSetupCommands } from '../commands/district-setup.ts';
import { documentCommands } from '../commands/documents.ts';
import { feedCommand } from '../commands/feed.ts';
import { elsewhereCommand } from '../commands/elsewhere.ts';
import { importCommand } from '../commands/import.ts';
import { judgementCommands } from '../commands/judgements.ts';
import { policyCommands } from '../commands/policy.ts';
import { ratesCommands } from '../commands/rates.ts';
import { yearReportCommand } from '../commands/year-report.ts';
import { yearRatesCommands } from '../commands/year-rates.ts';
import { recordCommands } from '../commands/record.ts';
import { reportCommands } from '../commands/report.ts';
import { sampleCommand } from '../commands/sample.ts';
import { mappingsCommand } from '../commands/mappings.ts';
import { schoolRecordCommand } from '../commands/school-record.ts';
import { schoolTasksCommand } from '../commands/school-tasks.ts';
import { schoolsCommand } from '../commands/schools.ts';
import { serverCommands } from '../commands/servers.ts';
import { calendarCommand } from '../commands/calendar.ts';
import { submissionsCommand } from '../commands/submissions.ts';
import { partnerCommands } from '../commands/partners.ts';
import { messagesCommand } from '../commands/messages.ts';
import { overdueCommand } from '../commands/overdue.ts';
import { retentionCommand } from '../commands/retention.ts';
import { staffCommands } from '../commands/staff.ts';
import { textCommands } from '../commands/texts.ts';
import { studentCommand } from '../commands/student.ts';
import { studentCommands } from '../commands/students.ts';
import { DEFAULT_DATA, type Surroundings } from './cli.ts';

/** The whole command line. What is heavy (servers, workers, database) is imported by the command that needs it. */
export function createProgram(surroundings: Surroundings): Command {
  const { streams } = surroundings;
  const program = new Command('rollbook');
  program
    .version(version(), '--version', 'the release')
    .description("Every student's attendance case, from a phone call to a SARB packet.")
    .option('--json', 'answer with one JSON document')
    .option('--data <dir>', `where the service keeps its state (default: ${DEFAULT_DATA}, or ROLLBOOK_DATA)`)
    .option('--as <who>', 'act as this person: an id, a name, a role, or role@school (see: rollbook people)')
    .addHelpText(
      'after',
      `
To begin:        rollbook start              a living sample district on this machine
A walk through:  docs/climb.md               one student, every step to SARB
Elsewhere:       ROLLBOOK_URL, ROLLBOOK_TOKEN use a service on another machine`,
    )
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(100, streams.columns ?? 100),
      subcommandTerm: (command) => command.name(),
    })
    .configureOutput({ writeOut: streams.out, writeErr: streams.err, outputError: (text, write) => write(text) })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride();

  program.commandsGroup('Run it:');
  serverCommands(program, surroundings);
  sampleCommand(program, surroundings);
  program.commandsGroup('Look:');
  districtCommands(program, surroundings);
  schoolsCommand(program, surroundings);
  studentCommands(program, surroundings);
  studentCommand(program, surroundings);
  casesCommand(program, surroundings);
  caseCommands(program, surroundings);
  ratesCommands(program, surroundings);
  yearRatesCommands(program, surroundings);
  yearReportCommand(program, surroundings);
  program.commandsGroup('Days and codes:');
  attendanceCommands(program, surroundings);
  program.commandsGroup('Work on a case:');
  actCommand(program, surroundings);
  reportCommands(program, surroundings);
  judgementCommands(program, surroundings);
  elsewhereCommand(program, surroundings);
  documentCommands(program, surroundings);
  program.commandsGroup('Run the district:');
  districtSetupCommands(program, surroundings);
  importCommand(program, surroundings);
  deliveriesCommand(program, surroundings);
  mappingsCommand(program, surroundings);
  feedCommand(program, surroundings);
  advanceCommands(program, surroundings);
  schoolRecordCommand(program, surroundings);
  schoolTasksCommand(program, surroundings);
  submissionsCommand(program, surroundings);
  calendarCommand(program, surroundings);
  staffCommands(program, surroundings);
  partnerCommands(program, surroundings);
  messagesCommand(program, surroundings);
  overdueCommand(program, surroundings);
  retentionCommand(program, surroundings);
  textCommands(program, surroundings);
  policyCommands(program, surroundings);
  program.commandsGroup('Prove and repair:');
  recordCommands(program, surroundings);
  return program;
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
