import { pipeline, Readable } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import type { Limits } from './limits.ts';
import { damaged, FileRefused } from './refusal.ts';

/** Bytes that are given to be expanded at once, so that the ratio is known as it stands. */
const STEP = 64 * 1024;

/**
 * Expands packed bytes as they are asked for.
 * @throws FileRefused when they are damaged, end too early, or expand past the limits
 */
export async function* inflated(
  name: string,
  packed: AsyncIterable<Buffer>,
  format: 'gzip' | 'deflate-raw',
  limits: Pick<Limits, 'expanded' | 'ratio' | 'ratioFrom'>,
): AsyncGenerator<Buffer> {
  let given = 0;
  const counted = async function* () {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += STEP) {
        const step = chunk.subarray(at, at + STEP);
        given += step.length;
        yield step;
      }
    }
  };
  const expander = format === 'gzip' ? createGunzip() : createInflateRaw();
  // Errors of either side come out of the loop below.
  const flowing = pipeline(Readable.from(counted(), { objectMode: true, highWaterMark: 1 }), expander, () => {});
  let size = 0;
  try {
    for await (const chunk of flowing as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.expanded || (size > limits.ratioFrom && size > given * limits.ratio)) throw tooLarge(name);
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? damaged(name) : error;
  }
}

/** The refusal of a file that grows past all measure. */
export function tooLarge(name: string): FileRefused {
  return new FileRefused(
    name,
    'this file expands to far more than an export holds, as if made to exhaust the machine; make the export again.',
  );
}

/** zlib's own codes begin with `Z_`. */
function isZlibError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
}
