// What an environment of the program `macminis` says.
import { z } from "zod";

import { memoryMiB, port, rotation, secretText, section, stackConfig } from "../stack.ts";
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
});

/** A port that something outside this program has, or will have. */
const reservation = z.strictObject({ host: runsOn, port, memoryMiB: memoryMiB.default(0) });

/** Gates of the migration plan: what may be used once it works. */
const features = section({
  cubbies: z.boolean().default(false),
  kes: z.boolean().default(false),
  dac: z.boolean().default(false),
});

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
    .default({}),
  /** A higher number makes a new password. */
  rotation: eachPassword(rotation),
  /** Passwords of your own; those left out are generated. */
  secrets: eachPassword(secretText.optional()),
});

export type MacminisConfig = z.output<typeof macminisConfig>;
