import { z } from "zod";

import { cluster, postgresName, reach } from "./postgres.ts";
import { resourceSchema } from "./resource-schema.ts";

const attribute = (text: string) => z.boolean().default(false).describe(text);

export const postgresRoleSchema = resourceSchema({
  type: "groundwork:postgres:Role",
  kind: "postgres-role",
  description:
    "A PostgreSQL role with its attributes, password and memberships. A delete drops it, unless something still depends on it; a role that was there before stays.",
  inputs: z.strictObject({
    ...cluster,
    name: postgresName
      .regex(/^(?!pg_)/, "PostgreSQL keeps names that start with pg_ for itself")
      .describe("Name of the role; case counts."),
    login: z.boolean().default(true).describe("May log in."),
    password: z
      .string()
      .min(1)
      .regex(/^\P{Cc}+$/u, "leave control characters out: PostgreSQL and its clients treat them differently")
      .optional()
      .describe("Password; only a SCRAM-SHA-256 verifier of it reaches the host. Left out: not managed."),
    superuser: attribute("May do everything."),
    createdb: attribute("May create databases."),
    createrole: attribute("May create roles."),
    replication: attribute("May replicate the cluster."),
    bypassrls: attribute("Is not bound by row-level security."),
    connectionLimit: z.int().min(-1).default(-1).describe("Connections at a time; -1 is no limit."),
    validUntil: z
      .union([z.literal("infinity"), z.iso.datetime({ precision: 0 })], {
        error: "give a time in UTC such as 2027-01-31T12:00:00Z, or infinity",
      })
      .default("infinity")
      .describe("When its password expires, in UTC."),
    memberOf: z
      .array(postgresName)
      .overwrite((roles) => [...new Set(roles)].sort())
      .optional()
      .describe("Roles it is a direct member of, all of them. Left out: not managed."),
  }),
  outputs: z.object({}),
  replaceOn: ["host", "name"],
  intent: reach,
  secrets: ["password"],
});
