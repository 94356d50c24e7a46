export { letterText } from './letters.ts';
export { printDocument } from './print.ts';
export { ladderPicture, type LadderPosition } from './ladder-picture.ts';
