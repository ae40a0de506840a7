import * as pulumi from "@pulumi/pulumi";

import type { PlatformName } from "../../schemas/host.ts";
import { curlFor } from "../curl.ts";
import { Timer } from "../resources.ts";

export interface WatchdogArgs {
  /** Another host than that of Prometheus. */
  host: string;
  /** Operating system of that host. */
  platform: PlatformName;
  /** Address of Prometheus. */
  prometheus: pulumi.Input<string>;
  /** Called each minute while it answers: a service that raises the alarm when the calls stop. @default none */
  ping?: pulumi.Input<string>;
}

/** The address to call holds a secret, so curl reads it from its standard input. */
const script = `curl --fail --silent --show-error --max-time 10 "$PROMETHEUS/-/ready" >/dev/null || exit
[ -z "$PING_URL" ] || printf '%s\\n' "$PING_URL" | sed 's/[\\"]/\\\\&/g; s/.*/url = "&"/' | curl --globoff --fail --silent --show-error --max-time 10 --output /dev/null --config -`;

/**
 * Asks Prometheus from another host: whoever watches all others cannot tell of its own death (MM-28). While it does not
 * answer, the job `watchdog` fails, and the calls to `ping` stay out.
 *
 * @example
 * new Watchdog("watchdog", { host: "control", platform: "debian", prometheus: "http://198.18.0.13:9091" });
 */
export class Watchdog extends pulumi.ComponentResource {
  constructor(name: string, args: WatchdogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Watchdog", name, {}, opts);
    const { host, platform } = args;
    const packages = curlFor("watchdog", { host, platform }, `${name}-packages`, { parent: this });
    new Timer(
      `${name}-timer`,
      {
        host,
        name: "watchdog",
        description: "Asks whether Prometheus answers",
        program: "/bin/sh",
        arguments: ["-c", script],
        environment: { PROMETHEUS: args.prometheus },
        secretEnvironment: { PING_URL: args.ping ?? "" },
        user: "daemon",
        schedule: { everySec: 60 },
      },
      { parent: this, dependsOn: packages },
    );
    this.registerOutputs({});
  }
}
