import * as pulumi from "@pulumi/pulumi";

import type { Machine } from "./resources.ts";

/**
 * Lets whatever names a host, and is declared from now on, wait until that host's machine has said who it is: nothing is
 * written to another one that answers at its address.
 *
 * @param machines by name of the host
 *
 * @example
 * import { File, Machine } from "./resources.ts";
 *
 * machineFirst({ storage: new Machine("storage-machine", { host: "storage" }) });
 * new File("motd", { host: "storage", path: "/etc/motd", content: "hello\n" });
 */
export function machineFirst(machines: Readonly<Record<string, Machine>>): void {
  const all = Object.values(machines);
  pulumi.runtime.registerStackTransformation(({ resource, props, opts }) => {
    if (!("host" in props) || !pulumi.CustomResource.isInstance(resource)) return undefined;
    if (all.some((machine) => machine === resource)) return undefined;
    const host: unknown = props["host"];
    const dependsOn = typeof host === "string" ? machines[host] : all; // one that is not known yet may be any
    return dependsOn && { props, opts: pulumi.mergeOptions(opts, { dependsOn }) };
  });
}
