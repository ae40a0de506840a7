// Metrics and logs.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { memoryMiB, port, section } from "../stack.ts";
import { listens, runsOn, service } from "./service.ts";

export const prometheus = section({
  ...service({ port: 9091, memoryMiB: 512 }),
  listens: listens.default("lan"),
  retentionDays: z.int().min(1).default(30),
  /** `address:port` of each Alertmanager of yours: they tell somebody. @default none; alerts are shown only */
  alertmanagers: z
    .array(z.string().regex(/^[\w.-]+:\d+$/, "must be address:port, such as 192.168.1.5:9093"))
    .default([]),
  /** Another host, which asks whether it still answers (MM-28). */
  watchdog: z
    .strictObject({
      host: runsOn,
      /** It calls this address while Prometheus answers: a service that raises the alarm when calls stay out. */
      ping: z
        .url({ protocol: /^https?$/, error: "must be an http or https URL" })
        .meta({ secret: true })
        .optional(),
    })
    .optional(),
});

const exporter = (defaults: { port: number }) =>
  section({
    port: port.default(defaults.port),
    memoryMiB: memoryMiB.default(32),
    /** Where the platform has no package: without it there is no such exporter. */
    artefact: artefact.optional(),
  });

/** Runs on every host. */
export const nodeExporter = exporter({ port: 9100 });

/** Each beside the server that it reads. */
export const nginxExporter = exporter({ port: 9113 });
export const redisExporter = exporter({ port: 9121 });
export const postgresExporter = exporter({ port: 9187 });

/** Asks services as their users do; beside Prometheus. */
export const blackboxExporter = exporter({ port: 9115 });

/** Off where it is left out; where the platform has no package it needs an artefact. */
export const grafana = z
  .strictObject({
    ...service({ port: 3000, memoryMiB: 256 }),
    listens: listens.default("lan"),
    artefact: artefact.optional(),
  })
  .optional();

/** Off where it is left out; where the platform has no package it needs an artefact. */
export const loki = z
  .strictObject({
    ...service({ port: 3100, memoryMiB: 512 }),
    listens: listens.default("lan"),
    grpcPort: port.default(9095),
    retentionDays: z.int().min(1).default(30),
    artefact: artefact.optional(),
  })
  .optional();

/** Ships the logs of every host to Loki. Off where it is left out. */
export const alloy = z
  .strictObject({
    port: port.default(12345),
    memoryMiB: memoryMiB.default(128),
    shipper: z.enum(["alloy", "promtail"]).default("alloy"),
    artefact: artefact.optional(),
  })
  .optional();
