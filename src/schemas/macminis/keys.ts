// The key service: which keys there are, and who may use them.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { kesName } from "../kes-key.ts";
import { account } from "../path.ts";
import { rotation } from "../stack.ts";
import { enabled, runsOn, service } from "./service.ts";

const kesOperation = z.enum(["create", "generate", "encrypt", "decrypt", "delete", "describe"]);

const agent = z.strictObject({
  host: runsOn.describe("host that its certificate and key are put on"),
  owner: account.default("root").describe("user on that host who may read its key"),
  keys: z
    .array(z.string().regex(/^[0-9A-Za-z_-]*\*?$/, "must be the name of a key, or the beginning of names and *"))
    .min(1)
    .describe(
      "keys that it may use, by name; `*` at the end stands for any, for keys that agents make themselves: `cubby-*`",
    ),
  operations: z.array(kesOperation).min(1).describe("what it may do with them"),
  days: z
    .int()
    .min(2)
    .max(825)
    .default(90)
    .describe("days that its client certificate lasts; KES refuses it afterwards, unless an `up` has renewed it"),
  rotation: rotation.describe("a higher number makes a new identity; the previous one is refused"),
});

const key = z
  .strictObject({
    version: z
      .int()
      .min(1)
      .default(1)
      .describe("a higher number makes a new key, which encrypts from then on; those before stay to decrypt with"),
    oldest: z
      .int()
      .min(1)
      .default(1)
      .describe(
        "versions below may no longer decrypt: raise it once everything is encrypted anew; the keys stay in KES",
      ),
  })
  .refine(({ version, oldest }) => oldest <= version, { path: ["oldest"], message: "must not be above `version`" });

/** The server and its admin have certificates of the same authority, by these names. */
const agentName = kesName.refine((name) => name !== "admin" && name !== "kes", "admin and kes are KES' own");

export const kes = z
  .strictObject({
    ...service({ port: 8080, memoryMiB: 128 }),
    enabled,
    artefact: artefact.optional().describe("the program"),
    keys: z.record(kesName, key).default({}).describe("a key for each bucket or cubby, by name"),
    agents: z.record(agentName, agent).default({}).describe("who may do what, by name of the agent"),
  })
  .superRefine(({ keys, agents }, context) => {
    for (const [name, agent] of Object.entries(agents)) {
      const unknown = agent.keys.filter((wanted) => !wanted.endsWith("*") && !(wanted in keys));
      if (unknown.length === 0) continue;
      const message = `names ${unknown.join(", ")}; keys are: ${Object.keys(keys).join(", ") || "none"}`;
      context.addIssue({ code: "custom", path: ["agents", name, "keys"], message });
    }
  })
  .optional()
  .describe("KES, the key service");

export type KesConfig = NonNullable<z.output<typeof kes>>;
