import { livedAndRehearsed, openSlice } from './slice.ts';

/** A step that opens and closes again with the attendance since the outreach, and that nobody turns to. */
const SECOND_LOOK = `  - task: second-look
    kind: task
    step: tier-2
    title: Look again, since the attendance has not improved
    clause: 'ours'
    opens: [{ on: no_improvement, after: early-outreach, schoolDays: 6, rate: 0.25 }]
    owner: case_manager
    due: 3
    evidence: { action: follow_up }
`;

test('a rehearsal forecasts on which days the attendance has not improved, and on which it has after all, as the real workflows are woken', async () => {
  const slice = await openSlice('attendance-works', (text) =>
    text.replace('  - task: teachers-trained\n', `${SECOND_LOOK}  - task: teachers-trained\n`),
  );
  const nobody = { task: 'second-look', done: 0, after: [1, 1] as [number, number], unavailable: 0, outcomes: {}, minutes: 5 };
  slice.span.responses = { ...slice.span.responses, tasks: [nobody, ...slice.span.responses.tasks] };
  try {
    const { real, outcomes, changed } = await livedAndRehearsed(slice);
    expect(changed).toBe(false);
    expect(outcomes).toEqual(real);
    // It can tell: on one case it is open, on another it was withdrawn since the share fell with the days, and it opened on days of its own.
    const looks = Object.values(real).flatMap(({ tasks }) => tasks.filter((one) => one.startsWith('second-look')));
    expect(looks.filter((one) => one.includes(', open')).length).toBeGreaterThan(0);
    expect(looks.filter((one) => one.includes(', withdrawn')).length).toBeGreaterThan(0);
    expect(new Set(looks.map((one) => /opened (\S+),/.exec(one)![1])).size).toBeGreaterThan(1);
  } finally {
    await slice.world.close();
  }
});
