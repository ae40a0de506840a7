import { z } from "zod";

import { postgresName } from "../postgres.ts";
import { section } from "../stack.ts";
import { listens, runsOn, service } from "./service.ts";

export const postgres = section({
  ...service({ port: 5432, memoryMiB: 1024 }),
  listens: listens.default("lan"),
  /** Major version. @default what the platform's packages have: 16 on darwin, 17 on debian */
  version: z.int().min(16).max(18).optional(),
  database: postgresName.default("projectsot"),
  /** Role that owns database and tables. */
  owner: postgresName.default("sot_owner"),
  /** Role that the API logs in as: reads and writes rows. */
  application: postgresName.default("sot_app"),
  /** Role that metrics are read with. */
  reader: postgresName.default("sot_read"),
  /** Nightly dumps. MM-27 warns where there are none. */
  backup: z
    .strictObject({
      /** Host that keeps the copies. */
      host: runsOn,
      /** Hour of the day, local time. */
      hour: z.int().min(0).max(23).default(3),
      /** How many dumps to keep. */
      copies: z.int().min(1).default(14),
    })
    .optional(),
});

/** One-off load of tables from the system before. */
export const importConfig = z
  .strictObject({
    /** SQL dump on the machine that runs Pulumi, data only. */
    source: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits"),
    /** Host that the dump came from. */
    from: z.string().optional(),
    /** Its server's major version. */
    sourceVersion: z.int().optional(),
    /** Rows by table. */
    tables: z.record(postgresName, z.int().min(0)),
    /** Dimension of its vectors. */
    dimension: z.int().positive().optional(),
    /** Drop its vectors and embed all rows anew (MM-07). */
    reembed: z.boolean().default(false),
  })
  .optional();
