import type { Host, Model, Service } from "../../checks/model.ts";
import type { MacminisConfig } from "../../schemas/macminis.ts";
import type { Endpoint } from "../endpoint.ts";

const loopback = "127.0.0.1";

/** What the configuration describes: its services, one exporter per host, sshd, and what else has ports. */
export function macminisModel({ hosts, network, services, reservations }: MacminisConfig): Model {
  const { nodeExporter, ...single } = services;
  const hostNames = Object.keys(hosts);
  const uses: Record<keyof typeof single, string[]> = {
    postgres: [],
    redis: [],
    api: ["postgres", "redis"],
    nginx: ["api"],
    prometheus: hostNames.map(exporterOf),
  };
  const own = Object.entries(single).map(
    ([name, service]): Service => ({
      name,
      host: service.host,
      port: service.port,
      memoryMiB: service.memoryMiB,
      listens: "listens" in service ? service.listens : "lan",
      uses: uses[name as keyof typeof single],
      key: `services.${name}`,
    }),
  );
  const exporters = hostNames.map(
    (host): Service => ({
      ...nodeExporter,
      name: exporterOf(host),
      host,
      listens: "lan",
      uses: [],
      key: "services.nodeExporter",
    }),
  );
  const logins = Object.entries(hosts).map(
    ([host, { connection }]): Service => ({
      name: "sshd",
      host,
      port: connection.port ?? 22,
      memoryMiB: 0,
      listens: "lan",
      uses: [],
      key: `hosts.${host}.connection`,
    }),
  );
  const reserved = Object.entries(reservations).map(
    ([name, place]): Service => ({ ...place, name, listens: "lan", uses: [], key: `reservations.${name}` }),
  );
  return {
    network: network.cidr,
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, { address, memoryGiB, reservedMiB }]): [string, Host] => [
        name,
        { address, memoryMiB: Math.round(memoryGiB * 1024), reservedMiB },
      ]),
    ),
    services: [...reserved, ...logins, ...own, ...exporters],
  };
}

export const exporterOf = (host: string): string => `node-exporter-${host}`;

/** Where a service of a model that passed the checks is. @throws Error when the model has no such service or host. */
export function endpointOf(model: Model, name: string): Endpoint {
  const service = model.services.find((one) => one.name === name);
  const host = service && model.hosts[service.host];
  if (!service || !host) throw new Error(`the model has no service ${name} on a host it knows`);
  return {
    host: service.host,
    address: service.listens === "loopback" ? loopback : host.address,
    port: service.port,
  };
}
