import type { Fact } from "../../host.ts";
import type { Identity } from "../platform.ts";

/** Where apt, systemd and coreutils answer as the parsers here expect. */
const oldest = 12;

export const identity: Fact<Identity> = {
  name: "identity",
  command: () => ({ argv: ["cat", "/etc/os-release"] }),
  parse({ exitCode, stdout, stderr }, keys) {
    if (exitCode !== 0) throw new Error(`is not Debian: it has no readable /etc/os-release (${stderr.trim()})`);
    const release = Object.fromEntries(
      [...stdout.toString("utf8").matchAll(/^([A-Z_]+)=["']?(.*?)["']?$/gm)].map(([, key, value]) => [key, value]),
    );
    const system = release["ID"] ?? "unknown";
    const description = release["PRETTY_NAME"] ?? system;
    if (system !== "debian") {
      throw new Error(`is not Debian but ${description}; correct \`platform\` or the address of this host`);
    }
    // Testing and unstable have no number yet.
    const version = release["VERSION_ID"] ?? release["VERSION_CODENAME"] ?? "unnumbered";
    if (Number(version) < oldest) {
      throw new Error(`runs ${description}; Debian ${oldest} or later is needed: upgrade it first`);
    }
    return new Map(keys.map((key) => [key, { system, version, description }]));
  },
};
