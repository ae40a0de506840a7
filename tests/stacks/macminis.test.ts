import { expect, test } from "vitest";

import { deploy, schema } from "../../stacks/macminis/index.ts";
import { record, settled } from "../components/record.ts";
import { changed, labValues } from "../schemas/config.ts";

const deployed = async (changes: Record<string, unknown> = {}) => {
  const values = Object.entries(changes).reduce((before, [path, value]) => changed(before, path, value), labValues());
  const { registered, waits, result } = await record(() => deploy(schema.parse(values)));
  return { registered, waits, outputs: result, endpoints: await settled(result.endpoints) };
};

test("ends with what it serves and where", async () => {
  expect((await deployed()).endpoints).toEqual({
    site: "http://198.18.0.11",
    grafana: expect.stringMatching(/^off: /),
    loki: expect.stringMatching(/^off: /),
    alloy: "off: services.alloy is not set",
    health: "http://198.18.0.11/health",
    prometheus: "http://198.18.0.13:9091 (no password; reachable from storage, control)",
    postgres: "postgres://198.18.0.13:5432/projectsot",
    ollama: "http://198.18.0.12:11434",
    reranker: expect.stringMatching(/^off: /),
    kes: "https://198.18.0.12:8080",
    ddc: expect.stringMatching(/^off: /),
  });
});

test("every output has a value, whatever is off", async () => {
  const { outputs } = await deployed({ "services.kes.enabled": false, "features.kes": false });
  expect(Object.entries(outputs).filter(([, value]) => value === undefined)).toEqual([]);
});

test("what is enabled runs; the API uses keys once their gate is open, and the node once copies are sealed (MM-18)", async () => {
  const api = async (changes: Record<string, unknown>) => {
    const { registered, endpoints } = await deployed(changes);
    const daemon = registered.find(({ type, name }) => type === "groundwork:posix:Daemon" && name === "api-daemon");
    const { KES_URL, DDC_ENABLED } = (daemon?.inputs["environment"] ?? {}) as Record<string, string>;
    return { kes: endpoints["kes"], KES_URL, DDC_ENABLED };
  };
  const kes = "https://198.18.0.12:8080";
  const node = {
    host: "storage",
    enabled: true,
    artefact: { source: "ddc.tar.gz", sha256: "0".repeat(64), program: "ddc" },
  };
  const gate = { "features.kes": true, reservations: {} };
  expect(await api({ "features.kes": false })).toEqual({ kes, KES_URL: undefined, DDC_ENABLED: "false" });
  expect(await api({ ...gate, "services.ddc": node })).toEqual({ kes, KES_URL: kes, DDC_ENABLED: "false" });
  const copying = await api({ ...gate, "services.ddc": { ...node, sync: true } });
  expect(copying).toEqual({ kes, KES_URL: kes, DDC_ENABLED: "true" });
});

test("every resource is of the one provider", async () => {
  const { registered } = await deployed();
  expect(registered.filter(({ type }) => type.startsWith("pulumi:providers:"))).toHaveLength(1);
});

test("nothing listens on a host before its machine is known and its firewall is in force", async () => {
  const { registered, waits } = await deployed();
  const before = /-(machine|settings-\w+|firewall-(packages|rules))$/;
  const hosted = registered.filter(({ name, inputs }) => "host" in inputs && !before.test(name));
  expect(hosted.length).toBeGreaterThan(100);
  for (const { name, inputs } of hosted) {
    const host = inputs["host"];
    expect(waits[name], name).toEqual(expect.arrayContaining([`${host}-machine`, `${host}-firewall-rules`]));
  }
  expect(waits["storage-firewall-rules"]?.toSorted()).toEqual(["storage-firewall-packages", "storage-machine"]);
  expect(waits["storage-firewall-packages"]).toEqual(["storage-machine"]);
});

test("hosts without firewalls wait for none", async () => {
  const waiver = { id: "MM-24", reason: "a test of its own", expires: "2999-01-01" };
  const { registered, waits } = await deployed({ "network.firewall": false, waivers: [waiver] });
  expect(registered.some(({ type }) => type === "groundwork:posix:Firewall")).toBe(false);
  expect(waits["ollama-daemon"]).toContain("inference-machine");
});

test.each([
  ["postgres", 5432, 15432],
  ["redis", 6379, 16379],
  ["api", 3000, 13000],
  ["nginx", 80, 8080],
  ["prometheus", 9091, 19091],
  ["nodeExporter", 9100, 19100],
  ["ollama", 11434, 21434],
  ["kes", 8080, 18080],
])("the port of %s is written in one place: the configuration", async (service, before, after) => {
  const { registered, endpoints } = await deployed({ [`services.${service}.port`]: after });
  const inputs = registered
    .filter(({ type, name }) => !(type.startsWith("pulumi:providers:") || name === "api-program"))
    .map(({ inputs }) => inputs);
  const all = JSON.stringify([inputs, endpoints]);
  expect(all).toMatch(new RegExp(`\\b${after}\\b`));
  expect(all).not.toMatch(new RegExp(`(:|port[^0-9a-z]+|listen )${before}\\b`, "i"));
});

test("Nginx reads the certificate that is issued to the site", async () => {
  const { registered } = await deployed({ "services.nginx.port": 443, "services.nginx.tls": { mode: "internal-ca" } });
  const conf = JSON.stringify(registered.find(({ name }) => name === "nginx-configuration"));
  expect(conf).toContain("ssl_certificate /etc/groundwork-site/site.crt;");
});

const loggers = {
  "services.loki": { host: "control", artefact: { source: "loki.tar.gz", sha256: "0".repeat(64) } },
  "services.alloy": { artefact: { source: "alloy.tar.gz", sha256: "0".repeat(64) } },
};

test("a program of a release has the name that its release gives it", async () => {
  const artefact = { source: "release.tar.gz", sha256: "0".repeat(64) };
  const { registered } = await deployed({
    ...loggers,
    "services.grafana": { host: "storage", artefact },
    "services.redisExporter": { artefact },
  });
  const program = (name: string) => registered.find((each) => each.name === `${name}-daemon`)?.inputs["program"];
  expect(["loki", "alloy-inference", "grafana", "redis-exporter"].map(program)).toEqual([
    "/opt/loki/loki",
    "/opt/alloy-inference/alloy",
    "/opt/grafana/bin/grafana",
    "/opt/redis-exporter/redis_exporter",
  ]);
});

test("who ships logs is told, and why nobody does", async () => {
  const said = async (changes: Record<string, unknown>) => {
    const { loki, alloy } = (await deployed(changes)).endpoints;
    return { loki, alloy };
  };
  const noPackage = (key: string) => `off: services.${key} has no artefact, and the platform has no package of it`;
  const { "services.loki": loki, "services.alloy": alloy } = loggers;
  expect(await said({})).toEqual({ loki: "off: services.loki is not set", alloy: "off: services.alloy is not set" });
  const unkept = "off: no Loki keeps what it would ship";
  expect(await said({ "services.alloy": alloy })).toMatchObject({ alloy: unkept });
  expect(await said({ "services.loki": { host: "control" }, "services.alloy": alloy })).toEqual({
    loki: noPackage("loki"),
    alloy: unkept,
  });
  expect(await said({ "services.loki": loki, "services.alloy": {} })).toMatchObject({ alloy: noPackage("alloy") });
  expect(await said(loggers)).toMatchObject({ alloy: "ships the logs of control, inference, storage" });
});

test("the log of Nginx is shipped, from its host", async () => {
  const { registered } = await deployed(loggers);
  const shipped = registered.filter(({ name }) => /^alloy-\w+-configuration$/.test(name));
  const readers = shipped.filter(({ inputs }) => JSON.stringify(inputs).includes("/var/log/nginx/access.log"));
  expect(shipped).toHaveLength(3);
  expect(readers.map(({ inputs }) => inputs["host"])).toEqual(["control"]);
});

test("alerts go to the Alertmanagers that are named", async () => {
  const alerting = async (changes = {}) => {
    const { registered } = await deployed(changes);
    const { inputs } = registered.find(({ name }) => name === "prometheus-configuration") ?? {};
    const files = inputs?.["files"] as Record<string, { content: string }>;
    return JSON.parse(files["/etc/prometheus/prometheus.yml"]?.content ?? "").alerting;
  };
  expect(await alerting()).toBeUndefined();
  expect(await alerting({ "services.prometheus.alertmanagers": ["192.168.1.5:9093"] })).toEqual({
    alertmanagers: [{ static_configs: [{ targets: ["192.168.1.5:9093"] }] }],
  });
});

test("dumps are missed where there are to be any", async () => {
  const rules = async (changes = {}) => {
    const { registered } = await deployed(changes);
    const { inputs } = registered.find(({ name }) => name === "prometheus-configuration") ?? {};
    const paths = Object.keys(inputs?.["files"] ?? {});
    return paths.filter((path) => path.endsWith(".rules.yml")).sort();
  };
  expect(await rules()).toEqual(["/etc/prometheus/backup.rules.yml", "/etc/prometheus/groundwork.rules.yml"]);
  expect(await rules({ "services.postgres.backup": undefined })).toEqual(["/etc/prometheus/groundwork.rules.yml"]);
});

test("a lab on another network needs other addresses only", async () => {
  const { registered } = await deployed({
    "network.cidr": "198.19.7.0/24",
    "hosts.control.address": "198.19.7.11",
    "hosts.inference.address": "198.19.7.12",
    "hosts.storage.address": "198.19.7.13",
    "services.ollama.models": {},
  });
  expect(JSON.stringify(registered)).not.toContain("198.18.0.");
});

test("broken checks end the program before anything registers, all at once", async () => {
  const changes = { "services.prometheus.port": 9090, "services.api.host": "contrl", "hosts.storage.memoryGiB": 1 };
  await expect(deployed(changes)).rejects.toThrow(
    /^these checks fail:\n {2}MM-01 port 9090.*\n {2}MM-02 storage has 1024 MiB.*\n {2}GW-01 api should run on host "contrl"/,
  );
});
