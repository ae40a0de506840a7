// macOS: Homebrew, launchd's system domain, the local directory node.
import type { Platform } from "../platform.ts";
import { guardBy } from "../posix/guard.ts";
import { machine } from "../posix/machine.ts";
import { records } from "../posix/records.ts";
import { accounts } from "./accounts.ts";
import { packages } from "./brew.ts";
import { packetFilter } from "./firewall.ts";
import { identity } from "./identity.ts";
import { jobs } from "./jobs.ts";
import { power } from "./power.ts";
import { services } from "./services.ts";
import { hostname, kernel } from "./system.ts";

export const darwin: Platform = {
  name: "darwin",
  identity,
  packages,
  services,
  jobs,
  accounts,
  kernel,
  hostname,
  machine,
  power,
  packetFilter,
  guard: guardBy("launchd"),
  records,
};
