import { accounts } from "./accounts.sh.ts";
import { brew } from "./brew.sh.ts";
import { bsdTools } from "./bsd.sh.ts";
import { firewall } from "./firewall.sh.ts";
import { guard } from "./guard.sh.ts";
import { jobs } from "./jobs.sh.ts";
import { machine } from "./machine.sh.ts";
import { system } from "./system.sh.ts";
import { units } from "./units.sh.ts";

/** What the helper shell knows of macOS. */
export const darwinLibrary: string = [bsdTools, units, jobs, brew, accounts, system, machine, firewall, guard].join(
  "\n",
);
