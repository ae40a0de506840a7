import type { Service } from "../../checks/model.ts";
import type { MacminisConfig } from "../../schemas/macminis/index.ts";
import { obtainable } from "../software.ts";

type Given = { host: string; port: number; memoryMiB: number; listens?: "lan" | "loopback" };

/** What has ports, then what only connects. Of two on one port the later moves: Pulumi's way in comes first. */
export function servicesOf(config: MacminisConfig): Service[] {
  const watched = [...singles(config), ...onEveryHost(config)];
  const scraped = watched.map(({ name }) => name).filter((name) => /exporter|^alloy-/.test(name));
  return [
    ...logins(config),
    ...reserved(config),
    ...watched,
    ...one("prometheus", config.services.prometheus, { uses: scraped }),
    ...databaseJobs(config),
    ...watchdogJob(config),
    ...keyUsers(config),
    ...dumpsJob(config),
  ];
}

/** What connects, and listens nowhere; none without a host. */
const job = (name: string, host: string | undefined, details: Details): Service[] =>
  one(name, host === undefined ? undefined : { host, port: 0, memoryMiB: 0, listens: "loopback" }, details);

/** What fetches dumps, and what embeds texts that lie without vectors beside the server. */
const databaseJobs = ({ services: { postgres } }: MacminisConfig): Service[] => [
  ...job("postgres-backup", postgres.backup?.host, { uses: ["postgres"], key: "services.postgres.backup" }),
  ...job("wiki-chunks", postgres.host, { uses: ["ollama"], key: "services.postgres", beside: "postgres" }),
];

const keyUsers = ({ services: { kes } }: MacminisConfig): Service[] =>
  Object.entries(kes?.enabled ? kes.agents : {}).flatMap(([agent, { host }]) =>
    job(`kes-${agent}`, host, { uses: ["kes"], key: `services.kes.agents.${agent}` }),
  );

/** What hands sealed dumps to the node of DDC. */
function dumpsJob({ services: { kes, ddc } }: MacminisConfig): Service[] {
  const host = ddc?.enabled && ddc.dumps ? kes?.agents[ddc.agent]?.host : undefined;
  return job("ddc-dumps", host, { uses: ["ddc"], key: "services.ddc.dumps", beside: `kes-${ddc?.agent}` });
}

const watchdogJob = ({ services: { prometheus } }: MacminisConfig): Service[] =>
  job("watchdog", prometheus.watchdog?.host, { uses: ["prometheus"], key: "services.prometheus.watchdog" });

const reserved = ({ reservations }: MacminisConfig): Service[] =>
  Object.entries(reservations).map(([name, place]) =>
    service({ name, ...place, ...askedAndEncrypted, reserved: true, key: `reservations.${name}` }),
  );

/** Services that have one place each, but for Prometheus, which uses exporters of every host. */
function singles(config: MacminisConfig): Service[] {
  const { services, features } = config;
  const { postgres, redis, api, rob, nginx, ollama, reranker, kes, ddc, prometheus, grafana, loki } = services;
  const kept = runs(config, "loki") ? ["loki"] : [];
  const near = grafana?.listens !== "loopback" || grafana.host === nginx.host;
  const shown = runs(config, "grafana") && near ? ["grafana"] : [];
  const backends = [
    "postgres",
    "redis",
    "ollama",
    ...(reranker ? ["reranker"] : []),
    ...(kes?.enabled && features.kes ? ["kes"] : []),
    ...(ddc?.enabled && ddc.sync ? ["ddc"] : []), // MM-18: what is not sealed stays here
  ];
  return [
    one("postgres", postgres, askedAndEncrypted),
    one("redis", redis, { open: false }),
    one("api", api, { uses: backends }),
    one("rob", rob, { uses: rob?.enabled ? ["postgres", "redis"] : [] }),
    one("nginx", nginx, {
      uses: ["api", ...(rob?.enabled ? ["rob"] : []), ...shown],
      clients: "network",
      open: false, // it is there for everybody
      plain: !nginx.tls,
      usualPort: nginx.tls ? 443 : 80,
    }),
    one("nginx-http", nginx.tls && { ...nginx, port: nginx.httpPort, memoryMiB: 0 }, {
      clients: "network",
      open: false,
      plain: false, // all it says is where to go
      key: "services.nginx",
      portKey: "services.nginx.httpPort",
      beside: "nginx",
      usualPort: 80,
    }),
    one("ollama", ollama),
    one("reranker", reranker, { open: false }),
    one("kes", kes, askedAndEncrypted),
    one("ddc", ddc),
    exporter(config, "nginx", { host: nginx.host, beside: "nginx", uses: ["nginx"] }),
    exporter(config, "redis", { host: redis.host, beside: "redis", uses: ["redis"] }),
    exporter(config, "postgres", { host: postgres.host, beside: "postgres", uses: ["postgres"] }),
    exporter(config, "blackbox", {
      host: prometheus.host,
      beside: "prometheus",
      uses: probed(config),
      listens: "loopback",
    }),
    one("loki", loki),
    one("loki-grpc", loki && { ...loki, port: loki.grpcPort, memoryMiB: 0, listens: "loopback" }, {
      key: "services.loki",
      portKey: "services.loki.grpcPort",
      beside: "loki",
    }),
    one("grafana", grafana, { uses: ["prometheus", ...kept], clients: "network", open: false }),
  ].flat();
}

/** None where there is no program for it. */
function exporter(
  { hosts, services }: MacminisConfig,
  of: "nginx" | "redis" | "postgres" | "blackbox",
  { host, listens, ...details }: Pick<Given, "host" | "listens"> & Details,
): Service[] {
  const software = `${of}Exporter` as const;
  const given = services[software];
  if (!hasProgram(hosts[host], software, given.artefact)) return [];
  return one(`${of}-exporter`, { ...given, host, listens }, { ...details, key: `services.${software}` });
}

/** What the blackbox exporter asks. */
function probed(config: MacminisConfig): string[] {
  const { reranker, kes, ddc } = config.services;
  return [
    ...["nginx", "ollama"],
    ...(reranker ? ["reranker"] : []),
    ...(kes?.enabled ? ["kes"] : []),
    ...(ddc?.enabled ? ["ddc"] : []),
    ...(["grafana", "loki"] as const).filter((name) => runs(config, name)),
  ];
}

/** Whether what may be left out is declared, and has a program. */
function runs({ hosts, services }: MacminisConfig, name: "grafana" | "loki"): boolean {
  const given = services[name];
  return given !== undefined && hasProgram(hosts[given.host], name, given.artefact);
}

/** A host that does not exist is for another check to tell. */
const hasProgram = (
  host: MacminisConfig["hosts"][string] | undefined,
  name: Parameters<typeof obtainable>[1],
  artefact: unknown,
): boolean => !host || obtainable(host.platform, name, artefact);

type Details = Partial<Omit<Service, keyof Given | "name">>;

const askedAndEncrypted = { open: false, plain: false };

const one = (name: string, given: Given | undefined, details: Details = {}): Service[] =>
  given ? [service({ name, ...given, key: `services.${name}`, ...details })] : [];

const service = ({ name, host, port, memoryMiB, listens, key, ...details }: Given & Details & { name: string }) => ({
  name,
  host,
  port,
  memoryMiB,
  listens: listens ?? "lan",
  uses: details.uses ?? [],
  clients: details.clients ?? "users",
  open: details.open ?? true,
  plain: details.plain ?? true,
  key: key ?? name,
  portKey: details.portKey,
  usualPort: details.usualPort,
  beside: details.beside,
  reserved: details.reserved,
});

function onEveryHost(config: MacminisConfig): Service[] {
  const { nodeExporter, alloy } = config.services;
  const ships = (host: string) => runs(config, "loki") && hasProgram(config.hosts[host], "alloy", alloy?.artefact);
  return Object.keys(config.hosts).flatMap((host) => [
    service({ ...nodeExporter, name: exporterOf(host), host, key: "services.nodeExporter" }),
    ...(alloy && ships(host)
      ? [service({ ...alloy, name: alloyOf(host), host, uses: ["loki"], key: "services.alloy" })]
      : []),
  ]);
}

const logins = ({ hosts }: MacminisConfig): Service[] =>
  Object.entries(hosts).map(([host, { connection }]) =>
    service({
      name: "sshd",
      host,
      port: connection.port ?? 22,
      usualPort: connection.port ?? 22,
      memoryMiB: 0,
      clients: "network",
      ...askedAndEncrypted,
      key: `hosts.${host}.connection`,
    }),
  );

export const alloyOf = (host: string): string => `alloy-${host}`;
export const exporterOf = (host: string): string => `node-exporter-${host}`;
