import type { AttendanceOutcome, WaitingCommand } from '../store/attendance-commands.ts';
import type { Transaction } from '../store/database.ts';
import { correctDay } from './days/correct-day.ts';
import { mapAttendanceCode } from './days/map-code.ts';
import { settleRetractions } from './days/settle-retractions.ts';
import { releaseSchool } from './release.ts';

/** Does what a person's command about attendance data asks, in one transaction, and says what came of it. */
export async function doAttendanceCommand(
  trx: Transaction,
  waiting: WaitingCommand,
): Promise<Exclude<AttendanceOutcome, { outcome: null }>> {
  const { command, commandId, actor } = waiting;
  const cause = { by: actor.id, command: commandId };
  switch (command.kind) {
    case 'correct_day':
      return correctDay(trx, command, cause);
    case 'settle_retractions':
      return settleRetractions(trx, command, cause);
    case 'release_school':
      return releaseSchool(trx, command, { actor, command: commandId });
    case 'map_code': {
      const { kind: _kind, ...code } = command;
      const { released, rederived, standing } = await mapAttendanceCode(trx, { code, ...cause });
      return {
        outcome: 'applied',
        answer: {
          codeSet: code.codeSet,
          code: code.code,
          released,
          rederived,
          standingsChanged: standing.changed,
          casesWoken: standing.crossings.length,
        },
      };
    }
  }
}
