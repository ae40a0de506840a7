import type { Host, Model, Service } from "../../checks/model.ts";
import type { MacminisConfig } from "../../schemas/macminis/index.ts";
import type { Endpoint } from "../endpoint.ts";
import { backupJob, databaseOf } from "./postgres-model.ts";

const loopback = "127.0.0.1";

type Services = MacminisConfig["services"];
type Given = { host: string; port: number; memoryMiB: number; listens?: "lan" | "loopback" };

/** What the configuration describes: its services, what runs on every host, and what else has ports. */
export function macminisModel(config: MacminisConfig): Model {
  const { hosts, network, reservations } = config;
  const reserved = Object.entries(reservations).map(([name, place]) => ({
    name,
    ...place,
    key: `reservations.${name}`,
  }));
  return {
    network: network.cidr,
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, { platform, address, memoryGiB, reservedMiB }]): [string, Host] => [
        name,
        { platform, address, memoryMiB: Math.round(memoryGiB * 1024), reservedMiB },
      ]),
    ),
    services: [...reserved.map(service), ...logins(hosts), ...servicesOf(config), ...backupJob(config)],
    database: databaseOf(config),
  };
}

function servicesOf(config: MacminisConfig): Service[] {
  const watched = [...singles(config.services), ...onEveryHost(config)];
  const exporters = watched.map(({ name }) => name).filter((name) => name.includes("exporter"));
  return [...watched, ...one("prometheus", config.services.prometheus, { uses: exporters })];
}

/** Services that have one place each, but for Prometheus, which uses exporters of every host. */
function singles(services: Services): Service[] {
  const { postgres, redis, api, rob, nginx, ollama, reranker, kes, ddc, grafana, loki } = services;
  const { nginxExporter, redisExporter, postgresExporter } = services;
  const backends = ["postgres", "redis", "ollama", ...(reranker ? ["reranker"] : []), ...(kes?.enabled ? ["kes"] : [])];
  return [
    one("postgres", postgres),
    one("redis", redis),
    one("api", api, { uses: [...backends, ...(ddc?.enabled ? ["ddc"] : [])] }),
    one("rob", rob, { uses: rob?.enabled ? ["postgres", "redis"] : [] }),
    one("nginx", nginx, { uses: ["api", ...(rob?.enabled ? ["rob"] : [])], clients: "network" }),
    one("nginx-http", nginx.tls && { ...nginx, port: nginx.httpPort, memoryMiB: 0 }, {
      clients: "network",
      key: "services.nginx",
    }),
    one("ollama", ollama),
    one("reranker", reranker),
    one("kes", kes),
    one("ddc", ddc),
    one("nginx-exporter", { ...nginxExporter, host: nginx.host }, { uses: ["nginx"], key: "services.nginxExporter" }),
    one("redis-exporter", { ...redisExporter, host: redis.host }, { uses: ["redis"], key: "services.redisExporter" }),
    one(
      "postgres-exporter",
      { ...postgresExporter, host: postgres.host },
      {
        uses: ["postgres"],
        key: "services.postgresExporter",
      },
    ),
    one("loki", loki, { uses: [] }),
    one("loki-grpc", loki && { ...loki, port: loki.grpcPort, memoryMiB: 0, listens: "loopback" }, {
      key: "services.loki",
    }),
    one("grafana", grafana, { uses: ["prometheus", ...(loki ? ["loki"] : [])], clients: "network" }),
  ].flat();
}

type Details = Partial<Pick<Service, "uses" | "clients" | "key">>;

const one = (name: string, given: Given | undefined, details: Details = {}): Service[] =>
  given ? [service({ name, ...given, key: `services.${name}`, ...details })] : [];

const service = ({ name, host, port, memoryMiB, listens, uses, clients, key }: Given & Details & { name: string }) => ({
  name,
  host,
  port,
  memoryMiB,
  listens: listens ?? "lan",
  uses: uses ?? [],
  clients: clients ?? "users",
  key: key ?? name,
});

function onEveryHost({ hosts, services: { nodeExporter, alloy } }: MacminisConfig): Service[] {
  return Object.keys(hosts).flatMap((host) => [
    service({ ...nodeExporter, name: exporterOf(host), host, key: "services.nodeExporter" }),
    ...(alloy
      ? [service({ ...alloy, name: `alloy-${host}`, host, listens: "loopback", uses: ["loki"], key: "services.alloy" })]
      : []),
  ]);
}

const logins = (hosts: MacminisConfig["hosts"]): Service[] =>
  Object.entries(hosts).map(([host, { connection }]) =>
    service({
      name: "sshd",
      host,
      port: connection.port ?? 22,
      memoryMiB: 0,
      clients: "network",
      key: `hosts.${host}.connection`,
    }),
  );

export const exporterOf = (host: string): string => `node-exporter-${host}`;

/** Addresses of the hosts whose services use another, by name of the user. */
export const clientsOf = ({ hosts, services }: Model, name: string): Record<string, string> =>
  Object.fromEntries(
    services
      .filter(({ uses }) => uses.includes(name))
      .map((user) => [user.name, hosts[user.host]?.address ?? loopback]),
  );

/** Where a service of a model that passed the checks is. @throws Error when the model has no such service or host. */
export function endpointOf(model: Model, name: string): Endpoint {
  const service = model.services.find((one) => one.name === name);
  const host = service && model.hosts[service.host];
  if (!service || !host) throw new Error(`the model has no service ${name} on a host it knows`);
  return {
    host: service.host,
    platform: host.platform,
    address: service.listens === "loopback" ? loopback : host.address,
    port: service.port,
  };
}
