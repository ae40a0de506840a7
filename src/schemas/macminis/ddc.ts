// The node of the decentralised storage. Nobody publishes one yet (MM-20), so its program, and how it is asked, are given here.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { variableName } from "../job.ts";
import { kesName } from "../kes-key.ts";
import { absolutePath, argv } from "../path.ts";
import { enabled, service } from "./service.ts";

/**
 * The node as a container: of Debian's docker.io, which is installed; on darwin of an engine that runs already, such as Colima,
 * and shares the folder of the node's data: `colima start --mount /opt/homebrew/var/ddc:w`.
 */
const container = z.strictObject({
  image: z
    .string()
    .regex(
      /^[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}$/,
      "must be pinned: NAME@sha256: and 64 lower-case hexadecimal digits",
    )
    .describe("its image, pinned: `NAME@sha256:DIGEST`"),
  args: z.array(z.string()).default([]).describe("arguments of its program"),
  env: z.record(z.string(), z.string()).default({}).describe("environment variables of its program"),
  dataDir: absolutePath.default("/data").describe("where, in the container, it keeps what must outlive it"),
  engine: z
    .string()
    .regex(/^(unix|tcp):\/\/./, "must be such as unix:///var/run/docker.sock")
    .optional()
    .describe(
      "where the engine listens, with Colima unix:///Users/NAME/.colima/default/docker.sock; left out: the engine's own place",
    ),
});

/** What a command must hold to do its work. */
const command = (...needed: string[]) =>
  argv.refine((words) => needed.every((name) => words.some((word) => word.includes(`{${name}}`))), {
    message: `must hold ${needed.map((name) => `{${name}}`).join(" and ")}`,
  });

/**
 * Sealed copies of the nightly dumps. The commands are of the node's own client; in their words `{name}` stands for the name
 * of a copy, `{file}` for a path on the host, `{address}` and `{port}` for where the node listens.
 */
const dumps = z.strictObject({
  store: command("file", "name").describe("command that puts `{file}` there as `{name}`"),
  fetch: command("file", "name").describe("command that brings `{name}` back to `{file}`"),
  list: command().describe("command that prints the names that are there, one a line"),
  remove: command("name").describe("command that removes `{name}`"),
  copies: z.int().min(1).default(14).describe("how many copies to keep"),
  client: artefact
    .optional()
    .describe("the client where no package has it; unpacked to /opt/ddc-dumps-client on the host that keeps the dumps"),
  env: z.record(variableName, z.string()).default({}).describe("environment variables of the commands"),
  secretEnv: z
    .record(variableName, z.string().min(1).meta({ secret: true }))
    .default({})
    .describe("environment variables that are secrets, such as those of a wallet"),
});

export const ddc = z
  .strictObject({
    ...service({ port: 9090, memoryMiB: 512 }),
    enabled,
    artefact: artefact.optional().describe("the node's program; or give `container`"),
    container: container.optional().describe("the node as a container; or give `artefact`"),
    sync: z.boolean().default(false).describe("copies to other nodes; needs features.kes (MM-18)"),
    agent: kesName
      .default("ddc")
      .describe("agent of KES that encrypts what is copied, on the host that keeps the dumps"),
    key: kesName.default("wiki-knowledge-key").describe("key of KES that the copies are encrypted with"),
    dumps: dumps.optional().describe("nightly dumps, sealed and handed to the node; needs `sync`"),
  })
  .refine(({ artefact, container }) => !(artefact && container), {
    path: ["container"],
    message: "give either `artefact` or `container`",
  })
  .refine(({ dumps, sync }) => !dumps || sync, { path: ["dumps"], message: "needs `sync: true`" })
  .optional()
  .describe("the node of the decentralised storage");

export type DdcConfig = NonNullable<z.output<typeof ddc>>;
export type DdcContainer = NonNullable<DdcConfig["container"]>;
export type DdcDumpsConfig = NonNullable<DdcConfig["dumps"]>;
