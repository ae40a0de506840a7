// What the control host serves.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { port, secretText, section } from "../stack.ts";
import { listens, service } from "./service.ts";
import { tls } from "./tls.ts";

export const smokeTestNames = ["site", "embeddings", "import", "evaluate", "score"] as const;

/** The API. Without an artefact the sample of templates/api runs. */
export const api = section({
  ...service({ port: 3000, memoryMiB: 256 }),
  listens: listens.default("loopback"),
  /** Requests a minute from one address. */
  rateLimit: z.int().min(1).default(600),
  artefact: artefact.optional(),
  /** What precedes each text that is embedded, by what it is for (MM-08). */
  embedPrefixes: z.strictObject({ document: z.string(), query: z.string() }).optional(),
  /**
   * What is asked after an `up` that changed something; models answer the last two. An API of your own must answer as the sample
   * does, a `dryRun` of /api/import storing nothing (templates/smoke/smoke.mjs); leave out what it answers otherwise.
   */
  smokeTests: z.array(z.enum(smokeTestNames)).default([...smokeTestNames]),
  /** Token of the Notion integration that texts are imported with. */
  notionToken: secretText.optional(),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** Agent management. Its port stays reserved where it is not enabled (MM-20). */
export const rob = z
  .strictObject({
    ...service({ port: 3001, memoryMiB: 256 }),
    listens: listens.default("loopback"),
    enabled: z.boolean().default(false),
    artefact: artefact.optional(),
    /** How it hears of changes in Notion: it asks, or Notion calls it, which needs a public address (MM-25). */
    events: z.enum(["polling", "webhook"]).default("polling"),
  })
  .optional();

/** `port` serves the site: by TLS where `tls` is given, and then `httpPort` sends browsers there. */
export const nginx = section({
  ...service({ port: 80, memoryMiB: 64 }),
  httpPort: port.default(80),
  serverName: z.string().min(1).default("_"),
  tls: tls.optional(),
  /** Static front end. Without an artefact the sample of templates/web is served. */
  site: artefact.optional(),
});
