export { letterText } from './letters.ts';
export { printDocument } from './print.ts';
