import { createDatabase } from '../world/database.ts';
import { deliver, setUpDistrict } from './world.ts';

const STUDENTS = 150_000;

test('a roster of 150,000 students comes in as one delivery', async () => {
  const world = await createDatabase();
  try {
    await setUpDistrict(world.owner, '2021-10-01');
    const students = ['Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date'];
    for (let n = 1; n <= STUDENTS; n++) students.push(`${n},Given,,Family,2010-01-01,06,S1,2021-09-06,`);
    const { counts } = await deliver(world.worker, {
      'schools.csv': 'School_id,School_name\nS1,One\n',
      'students.csv': `${students.join('\n')}\n`,
    });
    expect(counts).toMatchObject({ read: STUDENTS + 1, accepted: STUDENTS + 1, rejected: 0 });
    expect(await world.owner('enrollment').count('* AS n')).toEqual([{ n: STUDENTS }]);
  } finally {
    await world.close();
  }
}, 900_000);
