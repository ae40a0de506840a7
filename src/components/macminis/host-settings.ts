import * as pulumi from "@pulumi/pulumi";

import type { Model } from "../../checks/model.ts";
import { rotateLogs } from "../log-rotation.ts";
import { HostEntries, Hostname, Power, Timer } from "../resources.ts";
import { daemonLogFolder } from "../software.ts";

export interface HostSettingsArgs {
  /** The host, by its name in the model. */
  host: string;
  /** All hosts: each knows the names of the others. */
  model: Model;
}

/**
 * What a host needs before any service: its name, and the addresses of all others by name, since a bare name such as
 * mac-mini-2 resolves nowhere else. A Mac never sleeps, and starts again by itself; its logs are rotated, which on Debian
 * the journal does.
 *
 * @example
 * const host = { platform: "darwin", memoryMiB: 32768, reservedMiB: 8192 } as const;
 *
 * new HostSettings("storage-settings", {
 *   host: "storage",
 *   model: {
 *     network: "192.168.1.0/24",
 *     hosts: {
 *       control: { ...host, hostname: "mac-mini-1", address: "192.168.1.11" },
 *       storage: { ...host, hostname: "mac-mini-3", address: "192.168.1.13" },
 *     },
 *     services: [],
 *   },
 * });
 */
export class HostSettings extends pulumi.ComponentResource {
  constructor(name: string, { host, model }: HostSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:HostSettings", name, {}, opts);
    const { hostname = host, platform, restartfreeze = true } = model.hosts[host] ?? {};

    new Hostname(`${name}-hostname`, { host, hostname, resolves: true }, { parent: this });
    new HostEntries(`${name}-entries`, { host, entries: hostEntries(model) }, { parent: this });
    if (platform === "darwin") {
      new Power(`${name}-power`, { host, ...(restartfreeze && { restartfreeze }) }, { parent: this });
      new Timer(
        `${name}-log-rotation`,
        {
          host,
          name: "log-rotation",
          description: "Compresses logs that have grown",
          program: "/bin/sh",
          arguments: ["-c", rotateLogs(daemonLogFolder)],
          schedule: { minute: 17 },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** Address of each host, by its name in the model and by its own. */
export const hostEntries = ({ hosts }: Model): Record<string, string> =>
  Object.fromEntries(
    Object.entries(hosts).flatMap(([name, { hostname = name, address }]) => [
      [name, address],
      [hostname, address],
    ]),
  );
