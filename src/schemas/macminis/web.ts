// What the control host serves.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { domainName } from "../name.ts";
import { port } from "../port.ts";
import { secretText, section } from "../stack.ts";
import { enabled, listens, service } from "./service.ts";
import { tls } from "./tls.ts";

export const smokeTestNames = ["site", "embeddings", "import", "evaluate", "score"] as const;

export const api = section({
  ...service({ port: 3000, memoryMiB: 256 }),
  listens: listens.default("loopback"),
  rateLimit: z.int().min(1).default(600).describe("requests a minute from one address"),
  artefact: artefact.optional().describe("the program; without it the sample of templates/api runs"),
  embedPrefixes: z
    .strictObject({
      document: z.string().describe("precedes a text that is kept"),
      query: z.string().describe("precedes a text that is searched for"),
    })
    .optional()
    .describe("what precedes each text that is embedded, by what it is for (MM-08)"),
  // An API of your own must answer as the sample does, a `dryRun` of /api/import storing nothing (templates/smoke/smoke.mjs).
  smokeTests: z
    .array(z.enum(smokeTestNames))
    .default([...smokeTestNames])
    .describe(
      "what is asked after an `up` that changed something; models answer the last two; leave out what an API of your own answers otherwise than the sample",
    ),
  notionToken: secretText.optional().describe("token of the Notion integration that texts are imported with"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info").describe("least severe kind of message it logs"),
}).describe("the API");

export const rob = z
  .strictObject({
    ...service({ port: 3001, memoryMiB: 256 }),
    listens: listens.default("loopback"),
    enabled,
    artefact: artefact.optional().describe("the program"),
    events: z
      .enum(["polling", "webhook"])
      .default("polling")
      .describe("how it hears of changes in Notion: it asks, or Notion calls it, which needs a public address (MM-25)"),
  })
  .optional()
  .describe("management of agents");

export const nginx = section({
  ...service({ port: 80, memoryMiB: 64 }),
  httpPort: port.default(80).describe("TCP port that sends browsers to `port`, where `tls` is given"),
  serverName: z
    .union([z.literal("_"), domainName])
    .default("_")
    .describe("name that browsers know the site by; `_` is any"),
  tls: tls.optional().describe("where the certificate comes from; without it the site is served in plain text"),
  site: artefact.optional().describe("static front end; without it the sample of templates/web is served"),
}).describe("Nginx, which serves the site and passes requests to the API");
