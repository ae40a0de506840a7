/** One `groundwork <command>`. */
export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** Arguments and what they do, shown by `groundwork <command> --help`. */
  usage: string;
  /** @returns the exit code */
  run(argv: readonly string[]): Promise<number>;
}

/** The command line itself is wrong: the command ends with 2 and shows how it is used. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
