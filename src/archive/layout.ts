/** @module */
/** What an archive was made of, file by file, so that a number can be traced to its bytes. */
export interface Provenance {
  /** The program and version that wrote it, or the sandbox's parameters in words. */
  readonly madeBy: string;
  readonly inputs: readonly string[];
  /** One line per damaged, duplicated or ignored thing met on the way. */
  readonly notes: readonly string[];
}
