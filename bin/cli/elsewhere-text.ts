import type { z } from 'zod';
import type { elsewhere } from '../../api/contracts/case.ts';

type Elsewhere = z.infer<typeof elsewhere>;

/** Where a step comes from that Rollbook has not witnessed. */
export function elsewhereText({ doneBy, reached, reference, file, line, enteredBy, enteredOn }: Elsewhere): string {
  const whom = reached === null ? '' : `, reaching ${reached}`;
  const number = reference === null ? '' : `, number ${reference} there`;
  return `recorded elsewhere: done by ${doneBy}${whom}${number}; ${file}, line ${line}, entered by ${enteredBy} on ${enteredOn}`;
}
