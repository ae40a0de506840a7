import type { Fact } from "../host.ts";
import { debian } from "./debian/index.ts";
import type { Identity, Platform } from "./platform.ts";

export function platformOf(name: Platform["name"]): Platform {
  if (name === "debian") return debian;
  throw new Error(`platform ${name} comes later; hosts can be: debian`);
}

/** Whether the machine is what the program says it is; asked once per connection. */
export const identify = ({ identity }: Platform): Fact<Identity> => identity;
