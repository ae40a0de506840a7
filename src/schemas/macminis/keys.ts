// The key service, and the node whose copies it encrypts.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { runsOn, service } from "./service.ts";

const agent = z.strictObject({
  /** Keys it may use, by name; `*` at the end stands for any. */
  keys: z.array(z.string().min(1)).min(1),
  operations: z.array(z.enum(["create", "generate", "encrypt", "decrypt", "delete", "describe"])).min(1),
  /** Days that its client certificate lasts. */
  days: z.int().min(1).max(825).default(90),
  /** A higher number makes a new identity; the one before is refused. */
  rotation: z.int().min(1).default(1),
});

/** Its port stays reserved where it is not enabled. */
export const kes = z
  .strictObject({
    ...service({ port: 8080, memoryMiB: 128 }),
    enabled: z.boolean().default(false),
    artefact: artefact.optional(),
    /** A key for each bucket or cubby. */
    keys: z.record(z.string(), z.strictObject({ version: z.int().min(1).default(1) })).default({}),
    /** Who may do what, by name of the agent. */
    agents: z.record(z.string(), agent).default({}),
  })
  .optional();

/** Its port stays reserved where it is not enabled. */
export const ddc = z
  .strictObject({
    ...service({ port: 9090, memoryMiB: 512 }),
    host: runsOn,
    enabled: z.boolean().default(false),
    artefact: artefact.optional(),
    /** Copy to other nodes; needs features.kes (MM-18). */
    sync: z.boolean().default(false),
  })
  .optional();
