import type { Resource } from "../resource.ts";
import { holdsUnknown, pick, type Values } from "../values.ts";

/** Which resource of the program manages what: two of one thing would undo each other's work at every `up`. */
export class Holders {
  readonly #urns = new Map<string, string>();

  /** Takes what a resource manages. @returns why it cannot, if another took some of it before */
  refusal(urn: string, resource: Resource, desired: Values): string | undefined {
    const { replaceOn, refuseOn = {} } = resource.schema;
    if (holdsUnknown(pick(desired, [...replaceOn, ...Object.keys(refuseOn)]))) return undefined; // the update will know
    const host = String(desired["host"]);
    for (const held of resource.holds(desired)) {
      const place = `${host}: ${held}`;
      const holder = this.#urns.get(place) ?? urn;
      this.#urns.set(place, holder);
      if (holder !== urn) return `${place} is declared twice, here and by ${nameOf(holder)}: leave it to one of them`;
    }
    return undefined;
  }
}

const nameOf = (urn: string): string => {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
};
