import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

/** As KES has it; its file store and its API agree on no more. */
export const kesName = z
  .string()
  .regex(/^(?!_$)[0-9A-Za-z_]([0-9A-Za-z_-]{0,78}[0-9A-Za-z_])?$/, "give at most 80 letters, digits, - and _");

export const kesKeySchema = resourceSchema({
  type: "groundwork:kes:Key",
  kind: "kes-key",
  description:
    "A key in a KES server, which never leaves it. A delete only forgets it, unless `destroyOnDelete` was set before: whatever it encrypted is lost with it.",
  inputs: z.strictObject({
    host: hostName.describe("Host that has the client which may make keys; the client's own key never leaves it."),
    name: kesName.describe("Name of the key."),
    client: absolutePath
      .describe(
        "File on the host that says which server, and as whom: KES_SERVER, KES_CACERT, KES_CLIENT_CERT and KES_CLIENT_KEY.",
      )
      .default("/etc/kes-admin/client.env"),
    material: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, "give 32 bytes in base64")
      .describe("The key itself, to bring one from elsewhere. Only read when it is made; left out: KES makes one.")
      .optional(),
    destroyOnDelete: z
      .boolean()
      .describe("Let a delete destroy the key, and with it all that it encrypted.")
      .default(false),
  }),
  outputs: z.object({
    algorithm: z.string().describe("Cipher that the key is for, such as AES256."),
    createdAt: z.string().describe("When it was made, UTC."),
    createdBy: z.string().describe("Identity that made it."),
  }),
  replaceOn: ["host", "name"],
  refuseOn: {
    host: "the key would stay behind, and the other server make one of its name that opens nothing which this one encrypted; after the `up` there, put the key store of this server in the place of that one's, and restart it",
  },
  intent: ["client", "material", "destroyOnDelete"],
  secrets: ["material"],
  lost: "what was encrypted with it can be decrypted by no other. Put the server's key store back, if there is a copy, before `up` makes another key of this name",
});
