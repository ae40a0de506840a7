import type { Resource } from "../resource.ts";
import { holdsUnknown, pick, type Values } from "../values.ts";

/** Which resource of the program manages what: two of one thing would undo each other's work at every `up`. */
export class Holders {
  readonly #urns = new Map<string, string>();
  /** What is theirs already in this run, made or found as desired: what is deleted or dropped then is only who had it before. */
  readonly #there = new Set<string>();

  /** Takes what a resource manages. @returns why it cannot, if another took some of it before */
  refusal(urn: string, resource: Resource, desired: Values): string | undefined {
    const { replaceOn, refuseOn = {} } = resource.schema;
    if (holdsUnknown(pick(desired, [...replaceOn, ...Object.keys(refuseOn)]))) return undefined; // the update will know
    for (const place of placesOf(resource, desired)) {
      const holder = this.#urns.get(place) ?? urn;
      this.#urns.set(place, holder);
      if (holder !== urn) return `${place} is declared twice, here and by ${nameOf(holder)}: leave it to one of them`;
    }
    return undefined;
  }

  /** Of a resource that the program declares. A refresh compares all others too. */
  isThere(urn: string, resource: Resource, desired: Values): void {
    for (const place of placesOf(resource, desired)) if (this.#urns.get(place) === urn) this.#there.add(place);
  }

  /** The resource that has it by now. */
  having(host: string, held: string | undefined): string | undefined {
    const place = placeOf(host, held);
    return this.#there.has(place) ? nameOf(this.#urns.get(place) ?? "") : undefined;
  }
}

const placeOf = (host: unknown, held: string | undefined): string => `${host}: ${held}`;

const placesOf = (resource: Resource, desired: Values): string[] =>
  resource.holds(desired).map((held) => placeOf(desired["host"], held));

export const nameOf = (urn: string): string => {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`;
};
