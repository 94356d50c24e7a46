/** A line that says something of the case. */
export interface Statement {
  text: string;
  /** Tags of the records it rests on, see the index at the end. */
  cites: string[];
  struck: boolean;
}

export interface Row {
  cells: string[];
  cites: string[];
  struck: boolean;
  /** Set apart, so that the eye finds it: what is missing. */
  marked?: boolean;
}

/** One month as a sheet of a wall calendar. Weeks begin on Sunday. */
export interface Month {
  name: string;
  /** Weekday of the first, Sunday is 0. */
  startsOn: number;
  days: { number: number; mark: Mark | null }[];
}

/** How a day is drawn: told apart by shape, so that a copy in grey says the same. */
export type Mark = 'unexcused' | 'excused' | 'unverified' | 'tardy';

export type Block =
  | { kind: 'note'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'statements'; items: Statement[] }
  /** Widths are shares of the line; 0 is as wide as the longest word. An index has its tags as first column and stands in two columns. */
  | { kind: 'table'; columns: string[]; widths: number[]; rows: Row[]; index?: boolean }
  | { kind: 'calendar'; months: Month[]; legend: { mark: Mark; text: string }[]; alt: string };

export interface Section {
  title: string;
  blocks: Block[];
}

export interface CoverLine {
  label: string;
  text: string;
  cites: string[];
}

export interface PacketModel {
  title: string;
  /** The student's name, as large as the title. */
  subtitle: string;
  district: string;
  /** At the head of each page. */
  head: string;
  confidential: string;
  version: number;
  hash: string;
  reading: string;
  /** Whether the record is complete, and what is missing. */
  verdicts: { complete: boolean; title: string; text: string; items: string[]; cites: string[] }[];
  cover: CoverLine[];
  sections: Section[];
}
