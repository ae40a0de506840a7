import type { MacminisModel } from "../../checks/macminis/model.ts";
import type { Host, Model } from "../../checks/model.ts";
import type { MacminisConfig } from "../../schemas/macminis/index.ts";
import type { Endpoint } from "../endpoint.ts";
import { servicesOf } from "./model-services.ts";
import { databaseOf } from "./postgres-model.ts";

const loopback = "127.0.0.1";

/** What the configuration describes. @param siteMentions see MacminisModel; archives are not read here */
export function macminisModel(config: MacminisConfig, siteMentions?: readonly string[]): MacminisModel {
  const { hosts, network, services, features } = config;
  return {
    network: network.cidr,
    hosts: Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, hostOf(host)])),
    services: servicesOf(config),
    database: databaseOf(config),
    declared: { network, services, features },
    siteMentions,
  };
}

const GiB = 1024; // in MiB

function hostOf({
  platform,
  hostname,
  address,
  memoryGiB,
  reservedMiB,
  chip,
  restartfreeze,
  launchd,
}: MacminisConfig["hosts"][string]): Host {
  const memoryMiB = Math.round(memoryGiB * GiB);
  return {
    platform,
    ...(hostname && { hostname }),
    address: address ?? "",
    memoryMiB,
    reservedMiB: reservedMiB ?? Math.min(memoryMiB / 4, 8 * GiB),
    restartfreeze,
    launchd,
    ...(chip && { chip }),
  };
}

const running = ({ services }: Model, name: string) => services.find((one) => one.name === name && !one.reserved);

/** Addresses that users of a service connect from, by name of the user. */
export function clientsOf(model: Model, name: string): Record<string, string> {
  const inside = running(model, name)?.listens === "loopback";
  const users = model.services.filter(({ uses }) => uses.includes(name));
  const address = (host: string) => (inside ? loopback : (model.hosts[host]?.address ?? loopback));
  return Object.fromEntries(users.map((user) => [user.name, address(user.host)]));
}

/** Hosts that reach a service which only those who use it reach, its own among them. */
export function reachedFrom({ services }: Model, name: string): string[] {
  const own = services.filter((service) => service.name === name);
  return [...new Set([...own, ...services.filter(({ uses }) => uses.includes(name))].map(({ host }) => host))];
}

/** Where a service of a model that passed the checks is. @throws Error when the model has no such service or host. */
export function endpointOf(model: Model, name: string): Endpoint {
  const service = running(model, name);
  const host = service && model.hosts[service.host];
  if (!service || !host) throw new Error(`the model has no service ${name} on a host it knows`);
  return {
    host: service.host,
    platform: host.platform,
    address: service.listens === "loopback" ? loopback : host.address,
    port: service.port,
  };
}
