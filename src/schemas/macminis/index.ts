// What an environment of the program `macminis` says.
import { z } from "zod";

import { port } from "../port.ts";
import { memoryMiB, rotation, secretText, section, stackConfig } from "../stack.ts";
import { ddc } from "./ddc.ts";
import { kes } from "./keys.ts";
import { ollama } from "./ollama.ts";
import { importConfig, postgres } from "./postgres.ts";
import { redis } from "./redis.ts";
import { reranker } from "./reranker.ts";
import { runsOn } from "./service.ts";
import {
  alloy,
  blackboxExporter,
  grafana,
  loki,
  nginxExporter,
  nodeExporter,
  postgresExporter,
  prometheus,
  redisExporter,
} from "./watch.ts";
import { api, nginx, rob } from "./web.ts";

const services = section({
  postgres,
  redis,
  api,
  rob,
  nginx,
  ollama,
  reranker,
  kes,
  ddc,
  prometheus,
  grafana,
  loki,
  alloy,
  nodeExporter,
  nginxExporter,
  redisExporter,
  postgresExporter,
  blackboxExporter,
}).describe("what runs where");

/** A port that something outside this program has, or will have. */
const reservation = z.strictObject({
  host: runsOn.describe("host that it is of, one of groundwork:hosts"),
  port: port.describe("TCP port that is not to be used"),
  memoryMiB: memoryMiB.default(0).describe("memory that is not to be used"),
});

const features = section({
  cubbies: z.boolean().default(false).describe("cubbies may be used"),
  kes: z.boolean().default(false).describe("KES may be used"),
  dac: z.boolean().default(false).describe("verification of the DAC may be used"),
}).describe("gates of the migration plan: what may be used once it works");

export const passwordNames = [
  "postgresOwner",
  "postgresApplication",
  "postgresReader",
  "postgresBackup",
  "redis",
  "infinityApiKey",
  "grafanaAdmin",
] as const;
const eachPassword = <T extends z.ZodType>(schema: T) =>
  section(Object.fromEntries(passwordNames.map((name) => [name, schema])) as Record<PasswordName, T>);
export type PasswordName = (typeof passwordNames)[number];

export const macminisConfig = stackConfig.extend({
  services,
  features,
  import: importConfig,
  reservations: z
    .record(z.string().regex(/^[A-Za-z][\w-]*$/, "give letters, digits, - and _"), reservation)
    .default({})
    .describe("ports that something outside this program has, or will have, by name"),
  rotation: eachPassword(rotation).describe("new passwords, by what they are of"),
  secrets: eachPassword(secretText.describe("password of your own; left out: one is generated").optional()).describe(
    "passwords of your own, by what they are of",
  ),
});

export type MacminisConfig = z.output<typeof macminisConfig>;
