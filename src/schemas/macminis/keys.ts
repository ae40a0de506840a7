// The key service: which keys there are, and who may use them.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { kesName } from "../kes-key.ts";
import { account } from "../path.ts";
import { runsOn, service } from "./service.ts";

const kesOperation = z.enum(["create", "generate", "encrypt", "decrypt", "delete", "describe"]);

const agent = z.strictObject({
  host: runsOn,
  /** User on that host who may read its key. */
  owner: account.default("root"),
  /** Keys it may use, by name. `*` at the end stands for any, for keys that agents make themselves: `cubby-*`. */
  keys: z
    .array(z.string().regex(/^[0-9A-Za-z_-]*\*?$/, "must be the name of a key, or the beginning of names and *"))
    .min(1),
  operations: z.array(kesOperation).min(1),
  /** Days that its client certificate lasts: KES refuses it afterwards, unless an `up` has renewed it. */
  days: z.int().min(2).max(825).default(90),
  /** A higher number makes a new identity; the one before is refused. */
  rotation: z.int().min(1).default(1),
});

const key = z
  .strictObject({
    /** A higher number makes a new key, which encrypts from then on. Those before stay to decrypt with. */
    version: z.int().min(1).default(1),
    /** Versions below are no longer let decrypt: raise it once everything is encrypted anew. The keys stay in KES. */
    oldest: z.int().min(1).default(1),
  })
  .refine(({ version, oldest }) => oldest <= version, { path: ["oldest"], message: "must not be above `version`" });

/** The server and its admin have certificates of the same authority, by these names. */
const agentName = kesName.refine((name) => name !== "admin" && name !== "kes", "admin and kes are KES' own");

/** Its port stays reserved where it is not enabled. */
export const kes = z
  .strictObject({
    ...service({ port: 8080, memoryMiB: 128 }),
    enabled: z.boolean().default(false),
    artefact: artefact.optional(),
    /** A key for each bucket or cubby. */
    keys: z.record(kesName, key).default({}),
    /** Who may do what, by name of the agent. */
    agents: z.record(agentName, agent).default({}),
  })
  .superRefine(({ keys, agents }, context) => {
    for (const [name, agent] of Object.entries(agents)) {
      const unknown = agent.keys.filter((wanted) => !wanted.endsWith("*") && !(wanted in keys));
      if (unknown.length === 0) continue;
      const message = `names ${unknown.join(", ")}; keys are: ${Object.keys(keys).join(", ") || "none"}`;
      context.addIssue({ code: "custom", path: ["agents", name, "keys"], message });
    }
  })
  .optional();

export type KesConfig = NonNullable<z.output<typeof kes>>;
