import { columnsOf, kindOf, readerBy } from './aliases.ts';
import type { Format } from './format.ts';

/** CSV of a district's own making, whose columns go by names that such columns commonly have. */
export const plain: Format = {
  name: 'plain-csv',
  recognise({ header }) {
    const kind = kindOf(header);
    return kind === null ? null : readerBy(kind, columnsOf(kind, header), header);
  },
};
