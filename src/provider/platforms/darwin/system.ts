// Kernel parameters and names.

import { answered } from "../../lines.ts";
import type { HostnameSettings, Kernel } from "../platform.ts";
import { parametersOf } from "../posix/kernel.ts";
import { labelOf } from "./launchd-plist.ts";
import { plist } from "./plist.ts";

export const kernel: Kernel = {
  parameter: parametersOf(keptValue),
  set: (key, text) => ({ argv: ["gw_sysctl_set", key, text] }),
  keep: (key, text) => ({ argv: ["gw_sysctl_keep", key], stdin: keeper(key, text) }),
  forget: (key) => ({ argv: ["gw_sysctl_forget", key] }),
};

/** Sets the parameter once, at boot. */
const keeper = (key: string, value: string): string =>
  plist({
    Label: labelOf(`sysctl.${key.replaceAll("/", ".")}`),
    ProgramArguments: ["/usr/sbin/sysctl", `${key}=${value}`],
    RunAtLoad: true,
  });

/** An edited file that says something else is shown as it is. */
function keptValue(text: string | undefined, key: string): string | undefined {
  const said = /<string>\/usr\/sbin\/sysctl<\/string>\s*<string>([^<]*)<\/string>/.exec(text ?? "")?.[1];
  const value = said?.startsWith(`${key}=`) ? unescaped(said.slice(key.length + 1)) : undefined;
  return value !== undefined && keeper(key, value) === text ? value : text;
}

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const hostname: HostnameSettings = {
  names: {
    name: "hostname",
    command: () => ({ argv: ["gw_hostname_list"] }),
    parse(answer, keys) {
      const said = answered(answer, "reading the host name");
      const of = (wanted: string): string =>
        said
          .find((line) => line.startsWith(`${wanted} `))
          ?.slice(wanted.length + 1)
          .trim() ?? "";
      const resolved = said.flatMap((line) => {
        const [what, ...names] = line.trim().split(/\s+/);
        return what === "resolved" ? names : [];
      });
      if (!of("live")) throw new Error("the host says no name of its own");
      return new Map(keys.map((key) => [key, { live: of("live"), kept: keptNames(of), resolved }]));
    },
  },
  set: (name) => ({ argv: ["gw_hostname_set", name] }),
  resolve: (name) => ({ argv: ["gw_hostname_resolve", ...new Set([name, name.split(".")[0] as string])] }),
};

/** A Mac has three names; where they do not belong together, all are shown. */
function keptNames(of: (name: string) => string): string {
  const [host, local, computer] = ["HostName", "LocalHostName", "ComputerName"].map(of) as [string, string, string];
  const first = host.split(".")[0];
  if (local === first && computer === first) return host;
  return `HostName ${host || "unset"}, LocalHostName ${local || "unset"}, ComputerName ${computer || "unset"}`;
}
