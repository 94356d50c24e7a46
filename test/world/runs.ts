/** How many histories a property tries: a few each time, and many with `npm run test:long`. */
export const runs = (few: number, many: number): number => (process.env['ROLLBOOK_LONG'] ? many : few);
