import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { type PasswordArgs, password } from "../password.ts";
import { Configuration, PackageSet, Service } from "../resources.ts";

export interface RedisServerArgs {
  endpoint: Endpoint;
  /** Memory it may count on, in MiB; three quarters of it may hold data. */
  memoryMiB: number;
  password: PasswordArgs;
}

const unit = "redis-server";

/**
 * Redis as a cache: behind a password, nothing on disk, the oldest entries give way.
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
    const { host, address, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "redis", packages: { "redis-server": "*" } },
      { parent: this },
    );
    const secret = password(`${name}-password`, args.password, { parent: this });
    const content = secret.apply((text) => redisConf(args, text));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "redis",
        files: { "/etc/redis/redis.conf": { content, mode: "0640", owner: "redis", group: "redis" } },
        activate: { unit, action: "restart" },
        // Without the password the answer is NOAUTH, which is an answer.
        healthy: ["redis-cli", "-h", address, "-p", String(port), "ping"],
      },
      { parent: this, dependsOn: [packages] },
    );
    const service = new Service(`${name}-service`, { host, unit }, { parent: this, dependsOn: [configuration] });

    this.endpoint = args.endpoint;
    this.password = pulumi.all([secret, service.unit]).apply(([text]) => text);
    this.registerOutputs({});
  }
}

/** The whole redis.conf; what it leaves out has Redis' own defaults. */
export function redisConf(
  { endpoint, memoryMiB }: Pick<RedisServerArgs, "endpoint" | "memoryMiB">,
  secret: string,
): string {
  return `bind ${endpoint.address}
port ${endpoint.port}
protected-mode yes
requirepass ${secret}
maxmemory ${Math.floor((memoryMiB * 3) / 4)}mb
maxmemory-policy volatile-lru
appendonly no
save ""
dir /var/lib/redis
logfile /var/log/redis/redis-server.log
pidfile /run/redis/redis-server.pid
`;
}
