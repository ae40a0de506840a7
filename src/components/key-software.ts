import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import { ours } from "./ours.ts";
import type { Software } from "./software.ts";

/** The key service and the node whose copies it encrypts, both artefacts; a part of the table in software.ts. */
export const keySoftware = {
  ddc: {
    debian: {
      packages: {},
      daemon: "ddc",
      program: "/opt/ddc/ddc",
      ...ours.debian("ddc"),
    },
    darwin: {
      packages: {},
      daemon: "ddc",
      program: "/opt/ddc/ddc",
      ...ours.darwin("ddc"),
      configuration: "/etc/ddc",
    },
  },
  kes: {
    debian: {
      packages: {},
      tools: { curl: "*" }, // asks it
      daemon: "kes",
      program: "/opt/kes/kes",
      ...ours.debian("kes"),
    },
    darwin: {
      packages: {}, // macOS has curl
      daemon: "kes",
      program: "/opt/kes/kes",
      ...ours.darwin("kes"),
      configuration: "/etc/kes",
    },
  },
} satisfies Record<string, Record<PlatformName, Software>>;

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
