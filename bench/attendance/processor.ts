import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock in which Linux counts a process's time. */
const TICKS_A_SECOND = 100;

/**
 * Seconds of processor that PostgreSQL and this process have used so far. Where other work keeps the machine busy they say more than the
 * time on the wall: a statement that may use two processors at once is not the better for it. Null where the system does not tell.
 * @param postmaster the server's first process
 */
export function processorTime(postmaster: number): number | null {
  let ticks = 0;
  try {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const stat = statOf(entry);
      if (stat === null) continue;
      // The time of those that have ended counts with their parent.
      if (Number(entry) === postmaster) ticks += stat.own + stat.ended;
      else if (stat.parent === postmaster) ticks += stat.own;
    }
  } catch {
    return null;
  }
  const { user, system } = process.cpuUsage();
  return ticks / TICKS_A_SECOND + (user + system) / 1e6;
}

function statOf(pid: string): { parent: number; own: number; ended: number } | null {
  try {
    // What follows the program's name, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').map(Number);
    return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
