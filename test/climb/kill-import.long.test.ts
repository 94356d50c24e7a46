import { setTimeout as wait } from 'node:timers/promises';
import type { PersonAtApi } from '../world/api.ts';
import { Service } from './service.ts';

const MINUTE = 60_000;

let service: Service;
let administrator: PersonAtApi;
beforeAll(async () => {
  service = await Service.begin();
  administrator = service.person(({ role }) => role === 'administrator');
}, 3 * MINUTE);
afterAll(() => service.end(), MINUTE);

test(
  'kill -9 of the worker in the middle of an import: the next worker imports the delivery, as a whole and once',
  async () => {
    const [school, day, strangers] = ['255901001', '2021-10-14', 150_000];
    const { rows: ill } = await service.db.raw<{ rows: { id: string; student: string }[] }>(
      `SELECT k.student_id AS id, k.local_id AS student FROM student k WHERE k.school_id = ?
         AND NOT EXISTS (SELECT FROM attendance_day d WHERE d.student_id = k.student_id AND d.date = ?) ORDER BY k.local_id LIMIT 10`,
      [school, day],
    );
    const lines = [
      ...ill.map(({ student }) => `${student},${school},,${day},daily,absent,Excused,`),
      ...Array.from({ length: strangers }, (_none, n) => `stranger ${n},${school},,${day},daily,absent,Excused,`),
    ];
    const header = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';
    const deliveryId = await administrator.deliver(
      { schools: [school], from: day, to: day, complete: false },
      { 'attendance.csv': [header, ...lines, ''].join('\n') },
    );
    const begun = () => service.db('delivery_progress').where({ delivery_id: deliveryId }).first<object | undefined>('phase');
    for (const end = Date.now() + MINUTE; (await begun()) === undefined; await wait(20)) {
      if (Date.now() > end) throw new Error('the import has not begun');
    }
    service.kill('worker');
    const found = () =>
      service.db('delivery').where({ delivery_id: deliveryId }).first<{ status: string; counts: object | null }>('status', 'counts');
    expect((await found()).status).toBe('running');
    for (const end = Date.now() + 3 * MINUTE; (await found()).status === 'running'; await wait(100)) {
      if (Date.now() > end) throw new Error('nobody has taken the import up again');
    }
    expect(await found()).toMatchObject({
      status: 'done',
      counts: { read: strangers + 10, accepted: 10, rejected: strangers, days: { added: 10 } },
    });
    const { rows: told } = await service.db.raw<{ rows: { days: number; kept: number }[] }>(
      `SELECT (SELECT count(*)::int FROM attendance_day WHERE delivery_id = :deliveryId AND date = :day) AS days,
         (SELECT count(*)::int FROM delivery_row WHERE delivery_id = :deliveryId) AS kept`,
      { deliveryId, day },
    );
    expect(told).toEqual([{ days: 10, kept: 100_000 }]);
    expect(await service.db('delivery_progress').where({ delivery_id: deliveryId })).toEqual([]);
  },
  5 * MINUTE,
);
