/** What Windows-1252 has in place of the control characters 80 to 9f of Latin-1; five places are empty and stay what they are. */
const LETTERS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** The text of Windows-1252 bytes. Node's own decoder of that name reads Latin-1, which turns quotation marks into control characters. */
export function windows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (char) => LETTERS[char.charCodeAt(0) - 0x80]!);
}
