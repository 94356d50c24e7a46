/** The measures that no honest export passes, so that memory, disk and time stay bounded whatever is sent. */
export interface Limits {
  /** Bytes that are worked on at once. */
  piece: number;
  /** Bytes of one line, no fewer than of a piece. A longer line is rejected alone; no more of it than this is ever held. */
  line: number;
  /** Lines that one record may run over; a quote that stays open longer is a slip, and its line is rejected alone. */
  recordLines: number;
  /** Bytes of one record of a JSON or XML file. */
  record: number;
  /** Rows of one file. The largest district's year by period has about 450 million. */
  rows: number;
  /** Entries of one archive. */
  entries: number;
  /** Bytes of one file or entry once expanded. */
  expanded: number;
  /** Expanded bytes per packed byte, judged only past `ratioFrom` bytes. Attendance packs about 1:30, very even files 1:150. */
  ratio: number;
  ratioFrom: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const LIMITS: Limits = {
  piece: 128 * KIB,
  line: 256 * KIB,
  recordLines: 20,
  record: MIB,
  rows: 1_000_000_000,
  entries: 2000,
  expanded: 64 * GIB,
  ratio: 250,
  ratioFrom: 64 * MIB,
};
