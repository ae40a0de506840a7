import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import type { Software } from "./software.ts";

/** PostgreSQL of one major version, as a platform's package manager has it. */
export interface PostgresSoftware extends Software {
  readonly version: number;
  /** Folder of psql, initdb and their like. Packages for several versions live side by side. */
  readonly programs: string;
  /** The same of any version, as a format for printf(1). */
  readonly everyPrograms: string;
  /** What only dumps, restores and asks needs. */
  readonly clientPackages: Readonly<Record<string, string>>;
  /** What to build extensions against it takes. macOS has a compiler in its command line tools. */
  readonly buildPackages: Readonly<Record<string, string>>;
  /** Folder of its local socket, in which nobody but its account may write: another could stand in for the server. */
  readonly socket: string;
  /** Those of `packages` that an exact version is asked of. */
  readonly exact: Readonly<Record<string, string>>;
  /** Text of files that must be there before its package is, by path. */
  readonly before: Readonly<Record<string, string>>;
}

interface PostgresPlatform {
  /** Major versions; the first is the default. */
  readonly versions: readonly number[];
  /** Those that the package of pgvector serves (MM-13). */
  readonly vectorVersions: readonly number[];
  programs(version: number | "%s"): string;
  of(
    version: number,
    vector: boolean,
  ): Omit<PostgresSoftware, "version" | "exact" | "program" | "programs" | "everyPrograms">;
}

export const postgresPlatforms: Readonly<Record<PlatformName, PostgresPlatform>> = {
  debian: {
    versions: [17, 15], // of Debian 13 and 12
    vectorVersions: [17],
    programs: (version) => `/usr/lib/postgresql/${version}/bin`,
    of: (version, vector) => ({
      packages: {
        [`postgresql-${version}`]: "*",
        openssl: "*",
        ...(vector && { [`postgresql-${version}-pgvector`]: "*" }),
      },
      clientPackages: { [`postgresql-client-${version}`]: "*" },
      buildPackages: { [`postgresql-server-dev-${version}`]: "*", make: "*", gcc: "*" },
      before: { "/etc/postgresql-common/createcluster.d/groundwork.conf": "create_main_cluster = false\n" },
      daemon: "postgres", // postgresql.service of the package starts clusters of its own kind: none
      user: "postgres",
      group: "postgres",
      configuration: "/etc/postgresql",
      state: "/var/lib/postgresql",
      socket: "/var/run/postgresql", // as its package has it
    }),
  },
  darwin: {
    versions: [16, 17, 18],
    vectorVersions: [17, 18],
    programs: (version) => `${brew}/opt/postgresql@${version}/bin`,
    of: (version, vector) => ({
      packages: { [`postgresql@${version}`]: "*", ...(vector && { pgvector: "*" }) },
      clientPackages: { [`postgresql@${version}`]: "*" },
      buildPackages: {},
      before: {},
      daemon: "postgres",
      user: "_postgres", // macOS has it
      group: "_postgres",
      configuration: `${brew}/etc/postgresql`,
      state: `${brew}/var/postgresql`,
      socket: `${brew}/var/postgresql`, // Homebrew has it in /tmp
    }),
  },
};

/**
 * @param packages exact versions of packages, by name
 * @throws Error where the platform has no such version.
 */
export function postgresOn(
  platform: PlatformName,
  version?: number,
  { vector = true, packages = {} }: { vector?: boolean; packages?: Readonly<Record<string, string>> | undefined } = {},
): PostgresSoftware {
  const { versions, vectorVersions, programs: folder, of } = postgresPlatforms[platform];
  const chosen = version ?? versions[0]!;
  if (!versions.includes(chosen)) {
    throw new Error(`${platform} has no package of PostgreSQL ${chosen}; it has ${versions.join(", ")}`);
  }
  const programs = folder(chosen);
  const software = of(chosen, vector && vectorVersions.includes(chosen));
  return {
    version: chosen,
    programs,
    everyPrograms: folder("%s"),
    program: `${programs}/postgres`,
    ...software,
    packages: { ...software.packages, ...packages },
    exact: packages,
  };
}
