import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath } from "./path.ts";
import { resourceSchema } from "./resource-schema.ts";

export const linkSchema = resourceSchema({
  type: "groundwork:posix:Link",
  kind: "link",
  description: "A symbolic link, changed in one step.",
  inputs: z.strictObject({
    host: hostName.describe("Host that holds the link."),
    path: absolutePath.describe("Absolute path of the link; its directory must exist."),
    target: z
      .string()
      .regex(/^[^\n\0]+$/, "give a path in one line")
      .describe("Where it points: absolute, or relative to the link's directory."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "path"],
  guarded: true,
});
