import type { Unreachable } from "../errors.ts";
import { nameOf } from "./holders.ts";

/** What is said of resources whose host cannot be reached: why and what to do once, of all others that it is so. */
export class OutOfReach {
  /** By what was said: of whom first. */
  readonly #first = new Map<string, string>();

  /** The engine reads with the recorded connection before it runs the program. */
  of(urn: string, { host, message }: Unreachable): Error {
    const first = this.#first.get(message) ?? urn;
    if (first !== urn) return new Error(`unknown, not read: ${host} is out of reach, as told of ${nameOf(first)}`);
    this.#first.set(message, urn);
    const said = /[.?!]$/.test(message) ? message : `${message}.`;
    return new Error(
      `unknown, not read: ${said} If the program has a new connection for it, \`pulumi up --refresh --run-program\` uses that; to go on without the host: \`pulumi up $(npx groundwork without ${host})\``,
    );
  }
}
