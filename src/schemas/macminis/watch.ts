// Metrics and logs.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { port } from "../port.ts";
import { section } from "../stack.ts";
import { httpUrl } from "../url.ts";
import { listens, listensOn, memoryBudget, runsOn, service } from "./service.ts";

const retentionDays = z.int().min(1).default(30).describe("days that it keeps what it has");

const perhapsArtefact = artefact.optional().describe("the program, where the platform has no package");

export const prometheus = section({
  ...service({ port: 9091, memoryMiB: 512 }),
  listens: listens.default("lan"),
  retentionDays,
  alertmanagers: z
    .array(z.string().regex(/^[\w.-]+:\d+$/, "must be address:port, such as 192.168.1.5:9093"))
    .default([])
    .describe("`address:port` of each Alertmanager of yours, which tells somebody; without one, alerts are shown only"),
  watchdog: z
    .strictObject({
      host: runsOn.describe("host that asks, another than that of Prometheus"),
      ping: httpUrl
        .describe("called while Prometheus answers: of a service that raises the alarm when calls stay out")
        .meta({ secret: true })
        .optional(),
    })
    .optional()
    .describe("another host, which asks whether it still answers (MM-28)"),
}).describe("Prometheus: metrics and alerts");

const exporter = (defaults: { port: number }, description: string) =>
  section({
    port: listensOn.default(defaults.port),
    memoryMiB: memoryBudget.default(32),
    artefact: artefact
      .optional()
      .describe("the program, where the platform has no package; without it there is no such exporter"),
  }).describe(description);

export const nodeExporter = exporter({ port: 9100 }, "metrics of each host; runs on every one");
export const nginxExporter = exporter({ port: 9113 }, "metrics of Nginx; runs beside it");
export const redisExporter = exporter({ port: 9121 }, "metrics of Redis; runs beside it");
export const postgresExporter = exporter({ port: 9187 }, "metrics of PostgreSQL; runs beside it");
export const blackboxExporter = exporter({ port: 9115 }, "asks services as their users do; runs beside Prometheus");

export const grafana = z
  .strictObject({
    ...service({ port: 3000, memoryMiB: 256 }),
    listens: listens.default("lan"),
    artefact: perhapsArtefact,
  })
  .optional()
  .describe("Grafana: dashboards, at /grafana/ of the site; off where it is left out");

export const loki = z
  .strictObject({
    ...service({ port: 3100, memoryMiB: 512 }),
    listens: listens.default("lan"),
    grpcPort: port.default(9095).describe("TCP port that its parts call each other on"),
    retentionDays,
    artefact: perhapsArtefact,
  })
  .optional()
  .describe("Loki: logs; off where it is left out");

export const alloy = z
  .strictObject({
    port: listensOn.default(12345),
    memoryMiB: memoryBudget.default(128),
    shipper: z.enum(["alloy", "promtail"]).default("alloy").describe("program that ships them"),
    artefact: perhapsArtefact,
  })
  .optional()
  .describe("ships the logs of every host to Loki; off where it is left out");
