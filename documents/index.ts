export { letterText } from './letters.ts';
export {
  faultsOfTexts,
  gradeOf,
  sampleLetter,
  shippedTexts,
  textDifferences,
  textInUse,
  versionInUse,
  warningsOfTexts,
  type LetterTexts,
} from './register.ts';
export { printDocument } from './print.ts';
export { ladderPicture, type LadderPosition } from './ladder-picture.ts';
