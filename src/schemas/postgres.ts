import { z } from "zod";

import { hostName } from "./host.ts";
import { absolutePath } from "./path.ts";
import { port } from "./port.ts";

/** How the cluster is reached: over its local socket, as its superuser. None of it names a thing in it. */
export const cluster = {
  host: hostName.describe("Host that PostgreSQL runs on."),
  port: port.default(5432).describe("Port of the cluster; on the host it names the local socket."),
  administrator: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/, "give the system user that owns the cluster, such as postgres")
    .optional()
    .describe(
      "Superuser of the cluster, and the system user of that name. Left out: postgres; on macOS the owner of Homebrew.",
    ),
  programs: absolutePath.optional().describe("Folder of psql on the host. Left out: PATH leads to it."),
  data: absolutePath
    .optional()
    .describe(
      "Folder of the cluster, where its server's port and the folder of its socket are read: another port then changes nothing. Left out: `port`, and the folder that psql tries, which on macOS is /tmp, where any account may stand in for a server that is stopped.",
    ),
};

/** Inputs of `cluster` that only say how to reach it. */
export const reach = ["port", "administrator", "programs", "data"] as const;

/** A name as PostgreSQL keeps it (it is always quoted, so case counts): 63 bytes at most, and fit for an ID. */
export const postgresName = z
  .string()
  .regex(/^[A-Za-z_][\w$.@-]{0,62}$/, "give at most 63 letters, digits, _ $ . @ - that start with a letter or _");
