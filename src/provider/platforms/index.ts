import type { Fact } from "../host.ts";
import { darwin } from "./darwin/index.ts";
import { debian } from "./debian/index.ts";
import type { Identity, Platform } from "./platform.ts";

export function platformOf(name: Platform["name"]): Platform {
  if (name === "debian") return debian;
  if (name === "darwin") return darwin;
  throw new Error(`platform ${name} comes later; hosts can be: debian, darwin`);
}

/** Whether the machine is what the program says it is; asked once per connection. */
export const identify = ({ identity }: Platform): Fact<Identity> => identity;
