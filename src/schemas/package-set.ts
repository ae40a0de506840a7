import { z } from "zod";

import { hostName } from "./host.ts";
import { resourceSchema } from "./resource-schema.ts";

const packageName = z
  .string()
  .regex(
    /^(cask:|[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*\/)?[a-z0-9][a-z0-9+._@-]*$/,
    "give the name of a package as its package manager spells it, such as nginx; of Homebrew also cask:NAME and owner/tap/formula",
  );

export const packageSetSchema = resourceSchema({
  type: "groundwork:posix:PackageSet",
  kind: "package-set",
  description:
    "Packages from the host's own package manager. What is listed counts as asked for: `apt autoremove` leaves it. A package that is deleted or no longer listed is as before: removed where the set installed it and nothing else needs it.",
  inputs: z.strictObject({
    host: hostName,
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "give a short name, such as web")
      .describe("Names the set among those of its host."),
    packages: z
      .record(packageName, z.string().regex(/^(\*|[0-9A-Za-z][0-9A-Za-z.+:~_,-]*)$/, "give `*` or an exact version"))
      .refine((packages) => Object.keys(packages).length > 0, "name at least one package")
      .describe(
        "Version by package: `*` for whichever is installed, or an exact one. An exact version is held: no upgrade of others takes it along, security fixes neither. Homebrew offers only its newest, holds casks since 5.1.12, and takes `16.10_1` for `16.10`.",
      ),
    recommends: z.boolean().default(false).describe("Also install what the packages recommend; Debian only."),
    lockTimeoutSec: z
      .int()
      .min(0)
      .default(120)
      .describe("Seconds to wait while another program uses the package manager."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  intent: ["recommends", "lockTimeoutSec"],
});
