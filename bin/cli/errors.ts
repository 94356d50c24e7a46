/** Something a person asked for could not be done. Printed as sentences, or as one JSON document with `--json`. */
export class CliError extends Error {
  override name = 'CliError';

  /**
   * @param title what went wrong, one short sentence
   * @param more.detail what to do about it
   * @param more.missing what is missing, by name
   * @param more.type stable name of the problem, for programs
   */
  constructor(
    readonly title: string,
    readonly more: { detail?: string; missing?: MissingThing[]; type?: string; status?: number; lines?: string[] } = {},
  ) {
    super(title);
  }
}

export interface MissingThing {
  requirement: string;
  title: string;
  why: string;
}

/** The command was typed wrongly: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}
