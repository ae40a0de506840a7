import * as pulumi from "@pulumi/pulumi";

import { curlFor } from "../curl.ts";
import { Directory, Exec, File } from "../resources.ts";
import type { PostgresAccess } from "./postgres-server.ts";

export interface EmbeddedTextsArgs {
  /** The database that has the table. */
  postgres: Pick<PostgresAccess, "at" | "database" | "endpoint" | "owner">;
  /** In schema public. */
  table: string;
  /** Column of the texts. */
  body: string;
  /** Column of their vectors. */
  vectors: string;
  /** What makes the vectors. */
  embedding: Embedding;
  /** What may bring texts within the same update: a change of any value looks for them again. @default none */
  triggers?: Record<string, string>;
  /** Text of the program that embeds, templates/postgres/embed. */
  program: string;
}

/** What makes vectors of texts. Those of two of them cannot be compared. */
export interface Embedding {
  /** Address of the Ollama that has the model, known once it embeds. */
  server: pulumi.Input<string>;
  /** As `ollama pull` names it. */
  model: string;
  /** What precedes each text (MM-08). @default nothing */
  prefix?: string | undefined;
}

/**
 * Has every text of a table embedded before what needs the vectors goes on: after an import without them, or for the column
 * of another model. Texts that come later without a vector are seen by the next preview, and embedded by the next `up`.
 *
 * @example
 * new EmbeddedTexts("wiki-chunks-vectors", {
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *   },
 *   table: "wiki_chunks",
 *   body: "body",
 *   vectors: "embedding_2",
 *   embedding: {
 *     server: "http://198.18.0.12:11434",
 *     model: "nomic-embed-text",
 *     prefix: "search_document: ",
 *   },
 *   program: "#!/bin/sh",
 * });
 */
export class EmbeddedTexts extends pulumi.ComponentResource {
  /** Column of the vectors, known once every text has one. */
  readonly vectors: pulumi.Output<string>;

  constructor(name: string, args: EmbeddedTextsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:EmbeddedTexts", name, {}, opts);
    const { postgres, table, body, vectors, embedding } = args;
    const { host } = postgres.endpoint;
    const parent = { parent: this };
    const packages = curlFor(name, postgres.endpoint, `${name}-packages`, parent);
    const folder = new Directory(`${name}-folder`, { host, path: `/opt/${name}` }, parent);
    const { path: program } = new File(
      `${name}-program`,
      { host, path: folder.path.apply((path) => `${path}/embed`), content: args.program, mode: "0755" },
      parent,
    );
    const { administrator, programs, data } = postgres.at;
    const environment = pulumi.all([postgres.database, embedding.server]).apply(([database, server]) => ({
      PATH: `${programs}:/usr/bin:/bin`,
      PGDATABASE: database,
      PGUSER: postgres.owner, // a superuser would run what the owner's table runs at each change
      DATA: data,
      TABLE: table,
      BODY: body,
      VECTORS: vectors,
      SERVER: server,
      MODEL: embedding.model,
      PREFIX: embedding.prefix ?? "",
    }));
    const words = environment.apply((set) => Object.entries(set).map(([variable, value]) => `${variable}=${value}`));
    const embed = (task: string) => pulumi.all([words, program]).apply(([set, file]) => ["env", ...set, file, task]);
    const embedded = new Exec(
      `${name}-all`,
      {
        host,
        name: `${table}-${vectors}`,
        user: administrator,
        check: embed("waiting"),
        command: embed("all"),
        triggers: args.triggers,
      },
      { parent: this, dependsOn: packages },
    );

    this.vectors = embedded.name.apply(() => vectors);
    this.registerOutputs({ vectors: this.vectors });
  }
}
