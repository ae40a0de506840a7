import { gnuTools } from "../posix/gnu.sh.ts";
import { accounts } from "./accounts.sh.ts";
import { apt } from "./apt.sh.ts";
import { firewall } from "./firewall.sh.ts";
import { guard } from "./guard.sh.ts";
import { jobs } from "./jobs.sh.ts";
import { machine } from "./machine.sh.ts";
import { system } from "./system.sh.ts";
import { units } from "./units.sh.ts";

/** What the helper shell knows of Debian. */
export const debianLibrary: string = [
  ...[gnuTools, units, jobs, apt, accounts, system, machine],
  ...[firewall, guard],
].join("\n");
