import type { PlatformName } from "../../schemas/host.ts";
import type { Fact } from "../host.ts";
import { darwin } from "./darwin/index.ts";
import { debian } from "./debian/index.ts";
import type { Identity, Platform } from "./platform.ts";

const platforms: Readonly<Record<PlatformName, Platform>> = { debian, darwin };

export const platformOf = (name: PlatformName): Platform => platforms[name];

/** Whether the machine is what the program says it is; asked once per connection. */
export const identify = ({ identity }: Platform): Fact<Identity> => identity;
