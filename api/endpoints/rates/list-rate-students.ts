import { z } from 'zod';
import { readRateStudents, type RateStudent } from '../../../store/read/rates.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { rateStudents, rateStudentsQuery } from '../../contracts/rates.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';
import { rateHead, rateQuestion } from '../../rates.ts';

const position = z.int().min(0);

export const listRateStudents = endpoint({
  method: 'get',
  path: '/v1/rates/students',
  operationId: 'listRateStudents',
  tag: 'attendance',
  summary: 'The students that a number of the rates is made of, who missed most first',
  permission: 'see_rate_students',
  place: 'none',
  audit: { discloses: 'rate_students' },
  params: nothing,
  query: rateStudentsQuery,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: { description: 'A page of students; `next` is the cursor of the page after it, null on the last', schema: rateStudents },
  },
  async handler({ trx, query, person }) {
    if (person.schools !== null && !person.schools.includes(query.school ?? '')) {
      throw new Problem(
        'place-not-allowed',
        query.school === undefined
          ? `Name one of your schools (school=${person.schools[0] ?? ''}): your role does not hold for the district.`
          : `Your role does not hold at the school ${query.school}.`,
      );
    }
    const question = await rateQuestion(trx, query, { months: false });
    const offset = query.cursor === undefined ? 0 : positionOf(position, query.cursor);
    const rows = await readRateStudents(trx, question.asked, question.rule, query.list, { offset, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    return {
      status: 200,
      body: {
        ...(await rateHead(trx, question, person)),
        list: query.list,
        students: page.map(line),
        next: rows.length > query.limit ? cursorOf(offset + query.limit) : null,
      },
      subjects: page.map(({ caseId, presentSchool: school }) => ({ caseId, school })),
    };
  },
});

function line({ presentSchool, ...student }: RateStudent) {
  return { ...student, presentSchool, rate: (student.absences - student.madeUp) / student.days };
}
