import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import type { Software } from "./software.ts";

type Ours = Pick<Software, "user" | "group" | "made" | "configuration" | "state">;

/** Account and folders of a program whose package makes none, named as is the custom on the platform. */
export const ours = {
  debian: (name) => ({
    user: name,
    group: name,
    made: true,
    configuration: `/etc/${name}`,
    state: `/var/lib/${name}`,
  }),
  darwin: (name) => ({
    user: `_${name}`,
    group: `_${name}`,
    made: true,
    configuration: `${brew}/etc/${name}`,
    state: `${brew}/var/${name}`,
  }),
} satisfies Record<PlatformName, (name: string) => Ours>;
