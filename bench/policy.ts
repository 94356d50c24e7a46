import { performance } from 'node:perf_hooks';
import { deflateSync } from 'node:zlib';
import { pack } from '../cases/index.ts';
import { compile, readPolicy, shippedPolicies, shippedPolicyText } from '../policy/index.ts';
import type { Line } from './report.ts';

/** What a case may carry of its policy, in bytes before compression, and how long a person waits for the validator, in milliseconds. */
const CARRIED = 10_240;
const PATIENCE_MS = 500;

/** Of every shipped policy: how large the ladder is that a case carries, and how long it takes to check and compile the document. */
export function measurePolicies(times = 20): Line[] {
  return shippedPolicies().flatMap((id) => {
    const text = shippedPolicyText(id);
    const first = timed(() => readPolicy(text));
    const checking = median(Array.from({ length: times }, () => timed(() => readPolicy(text)).ms));
    const read = first.made;
    if (!read.ok) throw new Error(`the shipped policy ${id} is not valid`);
    const compiling = median(Array.from({ length: times }, () => timed(() => compile(read.document)).ms));
    const ladder = compile(read.document);
    const carried = Buffer.from(JSON.stringify(pack(ladder)));
    const [whole, ruling] = [ladder, { ...ladder, wording: undefined }].map((one) => Buffer.byteLength(JSON.stringify(one)));
    return [
      {
        measure: `ladder of ${id} that a case carries`,
        figure: `${carried.length} bytes`,
        goal: `≤ ${CARRIED} bytes`,
        met: carried.length <= CARRIED,
        detail: `${deflateSync(carried).length} compressed; as plain JSON ${ruling}, with its wording ${whole}; ${ladder.tasks.length} tasks`,
      },
      {
        measure: `validating ${id}`,
        figure: `${checking.toFixed(0)} ms`,
        goal: `≤ ${PATIENCE_MS} ms`,
        met: checking <= PATIENCE_MS,
        detail: `median of ${times}, the first ${first.ms.toFixed(0)} ms; compiling ${compiling.toFixed(1)} ms; ${text.split('\n').length} lines`,
      },
    ];
  });
}

function timed<T>(work: () => T): { made: T; ms: number } {
  const began = performance.now();
  const made = work();
  return { made, ms: performance.now() - began };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
