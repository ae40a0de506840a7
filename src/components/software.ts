import type { PlatformName } from "../schemas/host.ts";

/** What a program is called on a platform: the one place where components learn how platforms differ. */
export interface Software {
  /** For the platform's package manager, with a version or `*`. Empty: it comes as an artefact. */
  readonly packages: Readonly<Record<string, string>>;
  /**
   * Name of its daemon. On Debian that of the package's own unit: a definition in /etc takes the place of the package's,
   * so that both platforms run the same daemon.
   */
  readonly daemon: string;
  readonly program: string;
  /** Account that it runs as; `made` where no package makes it. */
  readonly user: string;
  readonly group: string;
  readonly made?: boolean;
  /** Folder of its configuration. */
  readonly configuration: string;
  /** Folder of what must outlive it. */
  readonly state: string;
}

type Platform = Exclude<PlatformName, "nixos">;

/** Homebrew's on Apple silicon. */
export const brew = "/opt/homebrew";

export const software = {
  nginx: {
    debian: {
      packages: { nginx: "*", curl: "*" },
      daemon: "nginx",
      program: "/usr/sbin/nginx",
      user: "www-data",
      group: "www-data",
      configuration: "/etc/nginx",
      state: "/var/www/groundwork",
    },
    darwin: {
      packages: { nginx: "*" },
      daemon: "nginx",
      program: `${brew}/opt/nginx/bin/nginx`,
      user: "_www", // macOS has it
      group: "_www",
      configuration: `${brew}/etc/nginx`,
      state: `${brew}/var/www/groundwork`,
    },
  },
  redis: {
    debian: {
      packages: { "redis-server": "*" },
      daemon: "redis-server",
      program: "/usr/bin/redis-server",
      user: "redis",
      group: "redis",
      configuration: "/etc/redis",
      state: "/var/lib/redis",
    },
    darwin: {
      packages: { redis: "*" },
      daemon: "redis-server",
      program: `${brew}/opt/redis/bin/redis-server`,
      user: "_redis",
      group: "_redis",
      made: true,
      configuration: `${brew}/etc/redis`,
      state: `${brew}/var/db/redis`,
    },
  },
  nodeExporter: {
    debian: {
      packages: { "prometheus-node-exporter": "*" },
      daemon: "prometheus-node-exporter",
      program: "/usr/bin/prometheus-node-exporter",
      user: "prometheus",
      group: "prometheus",
      configuration: "/etc/prometheus",
      state: "/var/lib/prometheus/node-exporter",
    },
    darwin: {
      packages: { node_exporter: "*" },
      daemon: "prometheus-node-exporter",
      program: `${brew}/opt/node_exporter/bin/node_exporter`,
      user: "_prometheus",
      group: "_prometheus",
      made: true,
      configuration: `${brew}/etc/prometheus`,
      state: `${brew}/var/lib/prometheus/node-exporter`,
    },
  },
} satisfies Record<string, Record<Platform, Software>>;

/** @throws Error where nobody has said what the program is called there. */
export function softwareOn(platform: PlatformName, name: keyof typeof software): Software {
  if (platform === "nixos") throw new Error(`${name} is not described for nixos; hosts can be debian or darwin`);
  return software[name][platform];
}

/** What the service manager calls a daemon of ours. */
export const unitOf = (platform: PlatformName, daemon: string): string =>
  platform === "darwin" ? `dev.groundwork.${daemon}` : daemon;
