import { condition, defineSignal, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

/** What the engine itself costs: a workflow that does one INSERT for every message, and nothing else. */
export const touchSignal = defineSignal<[string]>('touchSignal');
export const touchUpdate = defineUpdate<number, [string]>('touchUpdate');

const { insertRow } = proxyActivities<{ insertRow(id: string): Promise<number> }>({ startToCloseTimeout: '20 seconds' });

export async function bareCase(): Promise<void> {
  const inbox: { id: string; done: number | null }[] = [];
  setHandler(touchSignal, (id) => {
    inbox.push({ id, done: null });
  });
  setHandler(touchUpdate, async (id) => {
    const entry = { id, done: null as number | null };
    inbox.push(entry);
    await condition(() => entry.done !== null);
    return entry.done ?? 0;
  });
  for (;;) {
    await condition(() => inbox.length > 0);
    const [entry] = inbox;
    if (entry) entry.done = await insertRow(entry.id);
    inbox.shift();
  }
}
