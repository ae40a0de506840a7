import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import type { Software } from "./software.ts";

/** The key service and the node whose copies it encrypts: both come as artefacts. */
const keySoftware = {
  ddc: {
    debian: {
      packages: {},
      daemon: "ddc",
      program: "/opt/ddc/ddc",
      user: "ddc",
      group: "ddc",
      made: true,
      configuration: "/etc/ddc",
      state: "/var/lib/ddc",
    },
    darwin: {
      packages: {},
      daemon: "ddc",
      program: "/opt/ddc/ddc",
      user: "_ddc",
      group: "_ddc",
      made: true,
      configuration: "/etc/ddc",
      state: `${brew}/var/ddc`,
    },
  },
  kes: {
    debian: {
      packages: {},
      tools: { curl: "*" }, // asks it
      daemon: "kes",
      program: "/opt/kes/kes",
      user: "kes",
      group: "kes",
      made: true,
      configuration: "/etc/kes",
      state: "/var/lib/kes",
    },
    darwin: {
      packages: {}, // macOS has curl
      daemon: "kes",
      program: "/opt/kes/kes",
      user: "_kes",
      group: "_kes",
      made: true,
      configuration: "/etc/kes",
      state: `${brew}/var/kes`,
    },
  },
} satisfies Record<string, Record<PlatformName, Software>>;

export const keySoftwareOn = (platform: PlatformName, name: keyof typeof keySoftware): Software =>
  keySoftware[name][platform];

/** What an agent of KES asks it with, and encrypts files with; macOS has curl. */
export const kesTools = (platform: PlatformName): Record<string, string> =>
  platform === "darwin" ? { age: "*" } : { age: "*", curl: "*" };

/** The engine of a container: installed and started by Debian's package; on macOS only its client is, and an engine must run. */
export function containerEngineOn(platform: PlatformName): {
  packages: Record<string, string>;
  program: string;
  units: string[];
} {
  return platform === "darwin"
    ? { packages: { docker: "*" }, program: `${brew}/bin/docker`, units: [] }
    : { packages: { "docker.io": "*" }, program: "/usr/bin/docker", units: ["docker"] };
}
