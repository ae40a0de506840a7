// What an environment of the program `macminis` says.
import { z } from "zod";

import { hostName } from "./host.ts";
import { postgresName } from "./postgres.ts";
import { memoryMiB, port, rotation, secretText, section, stackConfig } from "./stack.ts";

const runsOn = hostName.describe("host that runs it, one of groundwork:hosts").meta({ examples: ["control"] });

/** `lan`: the host's address. `loopback`: only the host itself. */
const listens = z.enum(["lan", "loopback"], { error: 'must be "lan" or "loopback"' });

/** A service; port and memory (a budget that checks add up, in MiB) have defaults, its host has none. */
const service = (defaults: { port: number; memoryMiB: number }) => ({
  host: runsOn,
  port: port.default(defaults.port),
  memoryMiB: memoryMiB.default(defaults.memoryMiB),
});

const services = section({
  postgres: section({
    ...service({ port: 5432, memoryMiB: 1024 }),
    listens: listens.default("lan"),
    database: postgresName.default("projectsot"),
    /** Role that owns database and tables. */
    owner: postgresName.default("sot_owner"),
    /** Role that the API logs in as: reads and writes rows. */
    application: postgresName.default("sot_app"),
  }),
  redis: section({ ...service({ port: 6379, memoryMiB: 256 }), listens: listens.default("loopback") }),
  api: section({
    ...service({ port: 3000, memoryMiB: 256 }),
    listens: listens.default("loopback"),
    /** Requests a minute from one address. */
    rateLimit: z.int().min(1).default(600),
  }),
  nginx: section(service({ port: 80, memoryMiB: 64 })),
  prometheus: section({
    ...service({ port: 9091, memoryMiB: 512 }),
    listens: listens.default("lan"),
    retentionDays: z.int().min(1).default(30),
  }),
  /** Runs on every host. */
  nodeExporter: section({ port: port.default(9100), memoryMiB: memoryMiB.default(32) }),
});

/** A port that something outside this program has, or will have. */
const reservation = z.strictObject({ host: runsOn, port, memoryMiB: memoryMiB.default(0) });

export const passwordNames = ["postgresOwner", "postgresApplication", "redis"] as const;
const eachPassword = <T extends z.ZodType>(schema: T) =>
  section(Object.fromEntries(passwordNames.map((name) => [name, schema])) as Record<PasswordName, T>);
export type PasswordName = (typeof passwordNames)[number];

export const macminisConfig = stackConfig.extend({
  services,
  reservations: z.record(z.string(), reservation).default({}),
  /** A higher number makes a new password. */
  rotation: eachPassword(rotation),
  /** Passwords of your own; those left out are generated. */
  secrets: eachPassword(secretText.optional()),
});

export type MacminisConfig = z.output<typeof macminisConfig>;
