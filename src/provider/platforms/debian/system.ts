// Kernel parameters and the host name.

import { answered } from "../../lines.ts";
import type { HostnameSettings, Kernel } from "../platform.ts";
import { parametersOf } from "../posix/kernel.ts";

/** What sysctl would set: an edited file that says something else is shown as it is. */
const keptValue = (text: string | undefined, key: string): string | undefined => {
  const value = text?.trim().replace(/\s+/g, " ");
  return value?.startsWith(`${key} = `) ? value.slice(key.length + 3) : value;
};

export const kernel: Kernel = {
  parameter: parametersOf(keptValue),
  set: (key, text) => ({ argv: ["gw_sysctl_set", key, text] }),
  keep: (key, text) => ({ argv: ["gw_sysctl_keep", key], stdin: `${key} = ${text}\n` }),
  forget: (key) => ({ argv: ["gw_sysctl_forget", key] }),
};

export const hostname: HostnameSettings = {
  names: {
    name: "hostname",
    command: () => ({ argv: ["gw_hostname_list"] }),
    parse(answer, keys) {
      const said = answered(answer, "reading the host name").map((line) => line.trim().split(/\s+/));
      const of = (wanted: string): string[] => said.flatMap(([what, ...words]) => (what === wanted ? words : []));
      const [live] = of("live");
      if (!live) throw new Error("the host says no name of its own");
      return new Map(keys.map((key) => [key, { live, kept: of("kept")[0] ?? "", resolved: of("resolved") }]));
    },
  },
  set: (name) => ({ argv: ["gw_hostname_set", name] }),
  // A full name also by its first part, as Debian's installer does.
  resolve: (name) => ({ argv: ["gw_hostname_resolve", ...new Set([name, name.split(".")[0] as string])] }),
};
