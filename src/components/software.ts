import { basename } from "node:path/posix";

import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import { inferenceSoftware } from "./inference-software.ts";
import { keySoftware } from "./key-software.ts";
import { ours } from "./ours.ts";

/** What a program is called on a platform. */
export interface Software {
  /** For the platform's package manager, with a version or `*`. Empty: it comes as an artefact. */
  readonly packages: Readonly<Record<string, string>>;
  /** Packages that it needs wherever it comes from. */
  readonly tools?: Readonly<Record<string, string>>;
  /**
   * Name of its daemon. On Debian that of the package's own unit: a definition in /etc takes the place of the package's,
   * so that both platforms run the same daemon.
   */
  readonly daemon: string;
  readonly program: string;
  /** Program in the archive of a release; see `ARCHIVE`. @default the last part of `program` */
  readonly released?: string;
  /** Account that it runs as. */
  readonly user: string;
  readonly group: string;
  /** Account and folders are ours to make: no package does. */
  readonly made?: boolean;
  /** Folder of its configuration. */
  readonly configuration: string;
  /** Folder of what must outlive it. */
  readonly state: string;
  /** The log of requests, which it writes itself. */
  readonly accessLog?: string;
}

/** In the path of a program: the name of its archive, `loki-linux-amd64` of loki-linux-amd64.zip. */
export const ARCHIVE = "ARCHIVE";

/** Where daemons write on macOS, which has no journal. */
export const daemonLogFolder = "/Library/Logs/groundwork";

/**
 * Where jobs, which are root, leave what the metrics of their host shall tell. It and all above it are root's: node exporter
 * only reads, and could else choose what a job overwrites.
 */
export const metricsFolder: Record<PlatformName, string> = {
  debian: "/var/lib/groundwork-metrics",
  darwin: "/var/db/groundwork-metrics",
};

/** An exporter that Debian has a package of, and macOS an artefact. */
const exporter = (of: string, released: string, name = of): Record<PlatformName, Software> => ({
  debian: {
    packages: { [`prometheus-${of}-exporter`]: "*" },
    daemon: `prometheus-${of}-exporter`,
    program: `/usr/bin/prometheus-${of}-exporter`,
    released,
    user: "prometheus",
    group: "prometheus",
    configuration: "/etc/prometheus",
    state: "/var/lib/prometheus",
  },
  darwin: {
    packages: {},
    daemon: `prometheus-${of}-exporter`,
    program: released,
    ...ours.darwin(name),
  },
});

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
      accessLog: "/var/log/nginx/access.log",
    },
    darwin: {
      packages: { nginx: "*" },
      daemon: "nginx",
      program: `${brew}/opt/nginx/bin/nginx`,
      user: "_www", // macOS has it
      group: "_www",
      configuration: `${brew}/etc/nginx`,
      state: `${brew}/var/www/groundwork`,
      accessLog: `${daemonLogFolder}/nginx-access.log`, // rotated with the others
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
      ...ours.darwin("redis"),
    },
  },
  prometheus: {
    debian: {
      packages: { prometheus: "*" },
      daemon: "prometheus",
      program: "/usr/bin/prometheus",
      user: "prometheus",
      group: "prometheus",
      configuration: "/etc/prometheus",
      state: "/var/lib/prometheus",
    },
    darwin: {
      packages: { prometheus: "*" },
      daemon: "prometheus",
      program: `${brew}/opt/prometheus/bin/prometheus`,
      ...ours.darwin("prometheus"),
    },
  },
  ...inferenceSoftware,
  ...keySoftware,
  nodeExporter: {
    debian: {
      packages: { "prometheus-node-exporter": "*" },
      daemon: "prometheus-node-exporter",
      program: "/usr/bin/prometheus-node-exporter",
      released: "node_exporter",
      user: "prometheus",
      group: "prometheus",
      configuration: "/etc/prometheus",
      state: "/var/lib/prometheus/node-exporter",
    },
    darwin: {
      packages: { node_exporter: "*" },
      daemon: "prometheus-node-exporter",
      program: `${brew}/opt/node_exporter/bin/node_exporter`,
      ...ours.darwin("node_exporter"),
    },
  },
  blackboxExporter: exporter("blackbox", "blackbox_exporter"),
  nginxExporter: exporter("nginx", "nginx-prometheus-exporter", "nginx_exporter"),
  postgresExporter: exporter("postgres", "postgres_exporter", "pg_exporter"),
  redisExporter: exporter("redis", "redis_exporter", "redis_exporter"),
  grafana: {
    debian: {
      packages: {}, // an artefact
      tools: { curl: "*" },
      daemon: "grafana",
      program: "bin/grafana",
      released: "bin/grafana",
      ...ours.debian("grafana"),
    },
    darwin: {
      packages: { grafana: "*" },
      daemon: "grafana",
      program: `${brew}/opt/grafana/bin/grafana`,
      released: "bin/grafana",
      ...ours.darwin("grafana"),
    },
  },
  loki: {
    debian: {
      packages: {}, // an artefact: Debian's package of this name is another program
      daemon: "loki",
      program: "loki",
      released: ARCHIVE,
      ...ours.debian("loki"),
    },
    darwin: {
      packages: { loki: "*" },
      daemon: "loki",
      program: `${brew}/opt/loki/bin/loki`,
      released: ARCHIVE,
      ...ours.darwin("loki"),
    },
  },
  alloy: {
    debian: {
      packages: {}, // an artefact
      daemon: "alloy",
      program: "alloy",
      released: ARCHIVE,
      ...ours.debian("alloy"),
      user: "root", // reads the logs of all
      group: "root",
    },
    darwin: {
      packages: { "grafana/grafana/alloy": "*" },
      daemon: "alloy",
      program: `${brew}/opt/alloy/bin/alloy`,
      released: ARCHIVE,
      ...ours.darwin("alloy"),
      user: "root",
      group: "root",
    },
  },
} satisfies Record<string, Record<PlatformName, Software>>;

export const softwareOn = (platform: PlatformName, name: keyof typeof software): Software => software[name][platform];

/** Path of its program in an artefact that does not say. */
export const releasedProgram = ({ program, released = basename(program) }: Software): string => released;

/** Whether the platform has a package of it, or an artefact is given. */
export const obtainable = (platform: PlatformName, name: keyof typeof software, artefact: unknown): boolean =>
  artefact !== undefined || Object.keys(softwareOn(platform, name).packages).length > 0;
