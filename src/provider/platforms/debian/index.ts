// Debian: apt, dpkg and systemd.
import type { Platform } from "../platform.ts";
import { guardBy } from "../posix/guard.ts";
import { machine } from "../posix/machine.ts";
import { records } from "../posix/records.ts";
import { accounts } from "./accounts.ts";
import { packetFilter } from "./firewall.ts";
import { identity } from "./identity.ts";
import { jobs } from "./jobs.ts";
import { packages } from "./packages.ts";
import { services } from "./services.ts";
import { hostname, kernel } from "./system.ts";

export const debian: Platform = {
  name: "debian",
  identity,
  packages,
  services,
  jobs,
  accounts,
  kernel,
  hostname,
  machine,
  power: undefined,
  packetFilter,
  guard: guardBy("systemd"),
  records,
};
