import { districtTime } from '../../../store/clock.ts';
import { keepAnswer, writeDistrictCommand } from '../../../store/intake/district-commands.ts';
import { readDistrict } from '../../../store/read/health.ts';
import { advance, advancing } from '../../contracts/district.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { keyReused, sha256 } from '../../give-command.ts';
import { Problem } from '../../problems.ts';

const WATCH = '/v1/clock';

export const advanceClock = endpoint({
  method: 'post',
  path: '/v1/clock/advance',
  operationId: 'advanceClock',
  tag: 'district',
  summary: 'Moves the clock of a district that is not live forward, day by day',
  description:
    'Each passed day delivers its attendance, turns, and waits until its messages have taken effect. Read how far it has come at `/v1/clock`.',
  permission: 'move_clock',
  place: 'district',
  audit: { none: 'shows nothing about anybody' },
  params: nothing,
  query: nothing,
  body: advance,
  headers: commandHeaders,
  responses: { 202: { description: 'It has begun', schema: advancing } },
  async handler({ trx, body, headers, person, services, within }) {
    const district = await readDistrict(trx);
    if (district === null) throw new Problem('no-district', 'No district has been loaded into this database yet.');
    if (district.live) throw new Problem('live-district', `${district.name} is live: its clock is the wall clock and cannot be moved.`);
    const command = await writeDistrictCommand(trx, {
      caller: person.id,
      idempotencyKey: headers['idempotency-key'],
      kind: 'advance_clock',
      requestSha256: sha256(body),
    });
    if (!command.same) throw keyReused();
    const { day } = await districtTime(trx);
    return {
      async afterCommit() {
        if (command.answer === null) {
          // The request is written first, so that a repeat after a broken connection finds what the first one began.
          if ((await services.jobs.advance(command.commandId, body)) === 'busy') {
            throw new Problem('advance-running', `The clock is being advanced already; see ${WATCH} and ask again when it is done.`);
          }
          const answer = { status: 202, body: { from: day, readAt: WATCH } };
          await within((later) => keepAnswer(later, command.commandId, answer));
          return { ...answer, headers: { location: WATCH } };
        }
        return { ...command.answer, headers: { location: WATCH } };
      },
    };
  },
});
