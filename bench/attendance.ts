import { parseArgs } from 'node:util';
import { measureAttendance } from './attendance/measure.ts';
import { SCHOOL_DAYS } from './attendance/district.ts';
import { report } from './report.ts';

/** `npm run bench:attendance`: attendance in, at the size of a district (docs/performance.md). */
const { values } = parseArgs({
  options: {
    students: { type: 'string', default: '4000' },
    days: { type: 'string', default: String(SCHOOL_DAYS) },
    held: { type: 'boolean', default: false },
    slow: { type: 'string' },
    folder: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const { held, slow, folder } = values;
const lines = await measureAttendance({
  students: Number(values.students),
  days: Number(values.days),
  held,
  slow: slow === undefined ? undefined : Number(slow),
  folder,
});
process.stdout.write(report(lines, values.json));
