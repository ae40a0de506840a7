import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";

import type { Endpoint, ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { type PasswordArgs, password } from "../password.ts";
import { Configuration, Daemon, Directory } from "../resources.ts";
import { softwareOn } from "../software.ts";

export interface RedisServerArgs extends ServedArgs {
  /** Memory it may count on, in MiB; three quarters of it may hold data. */
  memoryMiB: number;
  /** That clients must give. */
  password: PasswordArgs;
}

/**
 * Redis as a cache: behind a password, nothing on disk, the oldest entries give way. A new password restarts it, and
 * the old one is refused from then on.
 *
 * @example
 * const redis = new RedisServer("redis", {
 *   endpoint: { host: "control", platform: "debian", address: "127.0.0.1", port: 6379 },
 *   memoryMiB: 256,
 *   password: { rotation: 1 },
 * });
 */
export class RedisServer extends pulumi.ComponentResource {
  readonly endpoint: Endpoint;
  /** Known once the server wants it. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: RedisServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:RedisServer", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "redis");
    const { group, configuration: path } = software;
    const file = `${path}/redis.conf`;

    const { parts } = installed(name, args.endpoint, software, { parent: this });
    // Redis only reads it, and shall not choose what root does there. Debian's package gives it away, anew at each upgrade.
    const folder = software.made
      ? []
      : [new Directory(`${name}-folder`, { host, path }, { parent: this, dependsOn: parts })];
    const secret = password(`${name}-password`, args.password, { parent: this });
    const content = secret.apply((text) => redisConf({ ...args, folder: software.state }, text));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "redis",
        files: { [file]: { content, mode: "0640", group } },
        activate: { unit: software.daemon, action: "restart" },
        // Without the password the answer is NOAUTH, which is an answer.
        healthy: [`${posix.dirname(software.program)}/redis-cli`, "-h", address, "-p", String(port), "ping"],
        settleSec: 0, // the probe has seen it; whoever uses it waits to get the new password
      },
      { parent: this, dependsOn: [...parts, ...folder] },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Redis, a cache",
        program: software.program,
        arguments: [file],
        user: software.user,
        listens: [{ port }],
      },
      { parent: this, dependsOn: [configuration] },
    );

    this.endpoint = args.endpoint;
    this.password = pulumi.all([secret, daemon.name]).apply(([text]) => text);
    this.registerOutputs({});
  }
}

type Settings = Pick<RedisServerArgs, "endpoint" | "memoryMiB"> & { folder: string };

/** The whole redis.conf; what it leaves out has Redis' own defaults. It logs to its standard output. */
export const redisConf = ({ endpoint, memoryMiB, folder }: Settings, secret: string): string =>
  `bind ${endpoint.address}
port ${endpoint.port}
protected-mode yes
requirepass ${quoted(secret)}
maxmemory ${Math.floor((memoryMiB * 3) / 4)}mb
maxmemory-policy volatile-lru
appendonly no
save ""
dir ${folder}
`;

/** As redis.conf wants what may hold quotes. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
