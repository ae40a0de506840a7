import type { Fact } from "../../host.ts";
import type { Identity } from "../platform.ts";

/** Where launchctl, brew and the tools of the base system answer as the parsers here expect. */
const oldest = 13;

export const identity: Fact<Identity> = {
  name: "identity",
  command: () => ({ argv: ["sw_vers"] }),
  parse({ exitCode, stdout, stderr }, keys) {
    if (exitCode !== 0) {
      throw new Error(
        `is not a Mac: sw_vers says ${stderr.trim() || "nothing"}; correct \`platform\` or the address of this host`,
      );
    }
    const said = new Map(
      [...stdout.toString("utf8").matchAll(/^(\w+):\s*(.*)$/gm)].map(([, key, value]) => [key, value?.trim()]),
    );
    const version = said.get("ProductVersion");
    if (!version || !/^\d/.test(version))
      throw new Error(`sw_vers says no version of macOS: ${stdout.toString("utf8").trim()}`);
    const description = `${said.get("ProductName") ?? "macOS"} ${version} (${said.get("BuildVersion") ?? "unknown build"})`;
    if (Number.parseInt(version, 10) < oldest) {
      throw new Error(`runs ${description}; macOS ${oldest} or later is needed: upgrade it first`);
    }
    return new Map(keys.map((key) => [key, { system: "macos", version, description }]));
  },
};
