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

/** The configuration has no host of that name, or no more. */
export class NoSuchHost extends HostError {}

/** No connection: the thing's state is unknown, neither unchanged nor gone. */
export class Unreachable extends HostError {}

/** The host answers, but the thing cannot be read yet: what holds it does not run (a stopped database), or its check knows no answer. */
export class Unobservable extends HostError {}

/** A command ended with an exit code that is not an answer. */
export class CommandFailed extends HostError {
  constructor(
    host: string,
    readonly command: Command,
    readonly answer: Answer,
  ) {
    super(host, endOf(command, answer));
  }
}

/** How a command ended, and what it said. */
export function endOf(command: Command, { exitCode, stdout, stderr }: Answer): string {
  const said = stderr.trim() || stdout.toString("utf8").trim() || "nothing";
  return `${askedOf(command)} ended with exit code ${exitCode} and said: ${excerpt(said)}`;
}

/** What a command was to do: a program as it can be run; a function of the helper, which nobody can run, in plain words. */
export function askedOf({ asked, argv }: Command): string {
  const text = cut(argv.map(word).join(" "));
  if (asked === undefined && !text.startsWith("gw_")) return `\`${text}\``;
  return `"${asked ?? text.replace(/^\S+/, (name) => name.split("_").slice(1).join(" "))}"`;
}

/** Of a script among the words the first line: the whole would hide what was said. */
const word = (text: string): string => text.replace(/\n.*/s, " ...");

/** The first line, where we say what is wrong and what to do, and the last, where programs say it. */
function excerpt(text: string): string {
  const lines = text.split("\n").map(cut);
  return lines.length <= 25 ? lines.join("\n") : [lines[0], "...", ...lines.slice(-23)].join("\n");
}

const cut = (line: string): string => (line.length <= 500 ? line : `${line.slice(0, 500)} ...`);
