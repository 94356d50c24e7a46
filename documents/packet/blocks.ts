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
}
export type Block =
  | { kind: 'note'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'statements'; items: Statement[] }
  | { kind: 'table'; columns: string[]; widths: number[]; rows: Row[] };
export interface Section {
  title: string;
  blocks: Block[];
}

export interface PacketModel {
  title: string;
  subtitle: string;
  district: string;
  student: string;
  version: number;
  hash: string;
  reading: string;
  cover: { label: string; text: string; cites: string[] }[];
  sections: Section[];
}
