import { z } from 'zod';
import { attendancePolicy } from '../../../policy/attendance.ts';
import { districtTime } from '../../../store/clock.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { readAttendanceRows } from '../../../store/read/attendance-rows.ts';
import { readPolicyTextInForce } from '../../../store/read/policies.ts';
import {
  readDayDetails,
  readHandCorrections,
  readHeldDays,
  readLedger,
  readRateByMode,
  readRecovery,
} from '../../../store/read/student-attendance.ts';
import { studentAttendance } from '../../contracts/attendance.ts';
import { day, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';

export const getStudentAttendance = endpoint({
  method: 'get',
  path: '/v1/students/:id/attendance',
  operationId: 'getStudentAttendance',
  tag: 'attendance',
  summary: 'A student’s days: how each was derived, the periods beside it, corrections, recovery days, and the rate by mode',
  permission: 'see_attendance',
  place: 'student',
  audit: { discloses: 'attendance' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({ from: day.optional(), to: day.optional() }),
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'The days of the span; of the school year so far when none is given', schema: studentAttendance } },
  async handler({ trx, params, query, subject }) {
    const to = query.to ?? (await districtTime(trx)).day;
    const from = query.from ?? schoolYearBegins(to);
    const { recovery: caps } = attendancePolicy(await readPolicyTextInForce(trx)).days;
    const rows = await readAttendanceRows(trx, params.id, from, to);
    const details = await readDayDetails(trx, params.id, from, to);
    const recovered = await readRecovery(trx, params.id, { from: schoolYearBegins(to), to, ...caps });
    return {
      status: 200,
      body: {
        student: params.id,
        from,
        to,
        days: rows.map((row) => ({ ...row, ...details.get(row.date) })),
        heldDays: await readHeldDays(trx, params.id),
        byHand: await readHandCorrections(trx, params.id, from, to),
        corrections: await readLedger(trx, params.id, from, to),
        recovery: {
          days: recovered,
          credited: recovered.reduce((sum, { credited }) => sum + credited, 0),
          offsetsRate: caps.offsetsRate,
        },
        byMode: await readRateByMode(trx, { student: params.id }, from, to),
        feeds: await staleFeeds(trx, [subject.school]),
      },
      subjects: [subject],
    };
  },
});

/** 1 July (EC 37200). */
function schoolYearBegins(on: string): string {
  const year = Number(on.slice(0, 4));
  return `${on.slice(5) < '07-01' ? year - 1 : year}-07-01`;
}
