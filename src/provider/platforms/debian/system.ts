// Kernel parameters and the host name.
import type { Answer } from "../../host.ts";
import type { HostnameSettings, Kernel } from "../platform.ts";

export const kernel: Kernel = {
  parameter: {
    name: "kernel-parameters",
    manifest: true,
    command: (keys) => ({ argv: ["gw_sysctl_list", ...keys] }),
    parse: (answer) =>
      new Map(
        lines(answer, "reading kernel parameters").map((line) => {
          const [key, live, kept] = line.split(" ");
          if (!key || !live || !kept) throw new Error(`kernel parameters: ${JSON.stringify(line)} is not understood`);
          return [key, { live: value(live), kept: keptValue(key, value(kept)) }];
        }),
      ),
  },
  set: (key, text) => ({ argv: ["gw_sysctl_set", key, text] }),
  keep: (key, text) => ({ argv: ["gw_sysctl_keep", key], stdin: `${key} = ${text}\n` }),
  forget: (key) => ({ argv: ["gw_sysctl_forget", key] }),
};

/** Fields of a value are separated by tabs or spaces, as the kernel likes. */
const value = (base64: string): string | undefined =>
  base64 === "-" ? undefined : Buffer.from(base64, "base64").toString("utf8").trim().replace(/\s+/g, " ");

/** What sysctl would set: an edited file that says something else is shown as it is. */
const keptValue = (key: string, text: string | undefined): string | undefined =>
  text?.startsWith(`${key} = `) ? text.slice(key.length + 3) : text;

export const hostname: HostnameSettings = {
  names: {
    name: "hostname",
    command: () => ({ argv: ["gw_hostname_list"] }),
    parse(answer, keys) {
      const said = lines(answer, "reading the host name").map((line) => line.trim().split(/\s+/));
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

function lines({ exitCode, stdout, stderr }: Answer, doing: string): string[] {
  if (exitCode !== 0) throw new Error(`${doing}: ${stderr.trim()}`);
  return stdout.toString("utf8").split("\n").filter(Boolean);
}
