import { existsSync, readFileSync } from 'node:fs';

/** Megabytes that this program took at most. Linux counts what its parent took before it into `maxRSS`, so its own mark is read there. */
export function peak(): number {
  const own = existsSync('/proc/self/status') ? /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined;
  return Number(own ?? process.resourceUsage().maxRSS) / 1024;
}
