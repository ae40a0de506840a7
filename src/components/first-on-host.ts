import * as pulumi from "@pulumi/pulumi";

/**
 * Lets whatever names a host, and is declared from now on, wait for a resource of that host: until its machine has said who
 * it is, so that nothing is written to another one that answers at its address; until its firewall is in force, so that
 * nothing listens before. A delete goes the other way round.
 *
 * @param first by name of the host
 *
 * @example
 * import { File, Machine } from "./resources.ts";
 *
 * firstOnHost({ storage: new Machine("storage-machine", { host: "storage" }) });
 * new File("motd", { host: "storage", path: "/etc/motd", content: "hello\n" });
 */
export function firstOnHost(first: Readonly<Record<string, pulumi.CustomResource>>): void {
  const on = (host: string): pulumi.Input<pulumi.Resource>[] => [first[host] ?? []].flat();
  pulumi.runtime.registerStackTransformation(({ props, opts }) => {
    if (!("host" in props)) return undefined;
    const host: pulumi.Input<string> = props["host"];
    const dependsOn = typeof host === "string" ? on(host) : pulumi.output(host).apply(on);
    return { props, opts: pulumi.mergeOptions(opts, { dependsOn }) };
  });
}
