import type { Answer, Command } from "./host.ts";

/** A mistake or a state of the world that the user can mend: its message is all that is shown. */
export class HostError extends Error {
  constructor(
    readonly host: string,
    message: string,
  ) {
    super(`${host}: ${message}`);
    this.name = new.target.name;
  }
}

/** No connection: the thing's state is unknown, neither unchanged nor gone. */
export class Unreachable extends HostError {}

/** The host answers, but what holds the thing does not run yet (a stopped database): it cannot be read until then. */
export class Unobservable extends HostError {}

/** A command ended with an exit code that is not an answer. */
export class CommandFailed extends HostError {
  constructor(
    host: string,
    readonly command: Command,
    readonly answer: Answer,
  ) {
    const said = answer.stderr.trim() || answer.stdout.toString("utf8").trim() || "nothing";
    super(
      host,
      `\`${command.argv.map(word).join(" ")}\` ended with exit code ${answer.exitCode} and said: ${tail(said)}`,
    );
  }
}

/** Of a script among the words the first line: the whole would hide what was said. */
const word = (text: string): string => text.replace(/\n.*/s, " ...");

/** The last lines: where programs say what went wrong. */
const tail = (text: string): string => text.split("\n").slice(-12).join("\n").slice(-2000);
