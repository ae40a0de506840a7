import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint, LimitedArgs } from "../endpoint.ts";
import { nodeDaemon, nodeProgram } from "./node-program.ts";
import { databaseUrl, trustedAuthority } from "./postgres-client.ts";
import type { PostgresAccess } from "./postgres-server.ts";
import { type CacheAccess, cacheUrl } from "./urls.ts";

export interface RobApiArgs extends LimitedArgs {
  /** An archive with the program. */
  artefact: Artefact;
  /** The database, which it uses as `application`. */
  postgres: PostgresAccess;
  /** Its cache. */
  redis: CacheAccess;
  /** Where it is reached behind the site. */
  publicUrl: string;
}

/**
 * Agent management of the CEF platform, from an archive of the user's. It gets PORT, HOST, PUBLIC_URL,
 * DATABASE_URL and REDIS_URL, and what the artefact itself says. On another port a new one starts beside the old.
 *
 * @example
 * const control = { host: "control", platform: "debian", address: "127.0.0.1" } as const;
 *
 * new RobApi("rob", {
 *   endpoint: { ...control, port: 3001 },
 *   memoryMiB: 256,
 *   artefact: { source: "/srv/rob-1.0.tar.gz", sha256: "0".repeat(64), stripComponents: 1, program: "rob.mjs", args: [], env: {} },
 *   postgres: {
 *     endpoint: { host: "storage", platform: "debian", address: "198.18.0.13", port: 5432 },
 *     database: "projectsot",
 *     owner: "sot_migrate",
 *     application: { role: "sot_app", user: "sot_app_1", password: pulumi.secret("of the role") },
 *     authority: "-----BEGIN CERTIFICATE-----",
 *     at: { host: "storage", administrator: "postgres", programs: "/usr/lib/postgresql/17/bin", data: "/srv/wiki" },
 *   },
 *   redis: { endpoint: { ...control, port: 6379 }, password: pulumi.secret("of the server") },
 *   publicUrl: "https://wiki.example.org/rob",
 * });
 */
export class RobApi extends pulumi.ComponentResource {
  /** Known once it answers. */
  readonly endpoint: pulumi.Output<Endpoint>;

  constructor(name: string, args: RobApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:RobApi", name, {}, opts);
    const { postgres } = args;
    const { host, address, port } = args.endpoint;
    const program = nodeProgram(name, args.endpoint, args.artefact, { parent: this });
    const trusted = trustedAuthority(`${name}-authority`, host, program.folder, postgres, { parent: this });
    const wanted = {
      name: `sot-rob-${port}`,
      description: "Agent management of Project SOT",
      environment: { HOST: address, PORT: String(port), PUBLIC_URL: args.publicUrl, ...program.environment },
      secretEnvironment: {
        DATABASE_URL: databaseUrl(postgres, postgres.application, trusted),
        REDIS_URL: cacheUrl(args.redis),
      },
      memoryMiB: args.memoryMiB,
    };
    const daemon = nodeDaemon(name, args.endpoint, program, wanted, { parent: this });
    this.endpoint = daemon.name.apply(() => args.endpoint);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
