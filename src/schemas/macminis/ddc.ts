// The node of the decentralised storage. Nobody publishes one yet (MM-20), so its program, and how it is asked, are given here.
import { z } from "zod";

import { artefact } from "../artefact.ts";
import { kesName } from "../kes-key.ts";
import { absolutePath, argv } from "../path.ts";
import { service } from "./service.ts";

/**
 * The node as a container: of Debian's docker.io, which is installed; on darwin of an engine that runs already, such as Colima,
 * and shares the folder of the node's data: `colima start --mount /opt/homebrew/var/ddc:w`.
 */
const container = z.strictObject({
  /** Pinned: `NAME@sha256:DIGEST`. */
  image: z
    .string()
    .regex(
      /^[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}$/,
      "must be pinned: NAME@sha256: and 64 lower-case hexadecimal digits",
    ),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  /** Where, in the container, it keeps what must outlive it. */
  dataDir: absolutePath.default("/data"),
  /** Where the engine listens; with Colima `unix:///Users/NAME/.colima/default/docker.sock`. @default the engine's own place */
  engine: z
    .string()
    .regex(/^(unix|tcp):\/\/./, "must be such as unix:///var/run/docker.sock")
    .optional(),
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
  /** Puts `{file}` there as `{name}`. */
  store: command("file", "name"),
  /** Brings `{name}` back to `{file}`. */
  fetch: command("file", "name"),
  /** Prints the names that are there, one a line. */
  list: command(),
  /** Removes `{name}`. */
  remove: command("name"),
  /** How many copies to keep. */
  copies: z.int().min(1).default(14),
  /** The client where no package has it; unpacked to /opt/ddc-dumps-client on the host that keeps the dumps. */
  client: artefact.optional(),
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).default({}),
  /** Variables that are secrets, such as those of a wallet. */
  secretEnv: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string().min(1).meta({ secret: true })).default({}),
});

/** Its port stays reserved where it is not enabled. */
export const ddc = z
  .strictObject({
    ...service({ port: 9090, memoryMiB: 512 }),
    enabled: z.boolean().default(false),
    /** The node's program; or give `container`. */
    artefact: artefact.optional(),
    container: container.optional(),
    /** Copy to other nodes; needs features.kes (MM-18). */
    sync: z.boolean().default(false),
    /** Agent of KES that encrypts what is copied, on the host that keeps the dumps, and the key that it does so with. */
    agent: kesName.default("ddc"),
    key: kesName.default("wiki-knowledge-key"),
    /** Nightly dumps, sealed and handed to the node; needs `sync`. @default none */
    dumps: dumps.optional(),
  })
  .refine(({ artefact, container }) => !(artefact && container), {
    path: ["container"],
    message: "give either `artefact` or `container`",
  })
  .refine(({ dumps, sync }) => !dumps || sync, { path: ["dumps"], message: "needs `sync: true`" })
  .optional();

export type DdcConfig = NonNullable<z.output<typeof ddc>>;
export type DdcContainer = NonNullable<DdcConfig["container"]>;
export type DdcDumpsConfig = NonNullable<DdcConfig["dumps"]>;
