// Changes that users make: what the whole program registers after them.
import { expect, test } from "vitest";

import { deploy, schema } from "../../stacks/macminis/index.ts";
import { template } from "../../stacks/macminis/template.ts";
import { type Registered, record } from "../components/record.ts";
import { changed, committedValues, labValues } from "../schemas/config.ts";

const deployed = async (changes: Record<string, unknown> = {}): Promise<(name: string) => Registered["inputs"]> => {
  const values = Object.entries(changes).reduce((before, [path, value]) => changed(before, path, value), labValues());
  const { registered } = await record(() => deploy(schema.parse(values)));
  return (name) => registered.find((one) => one.name === name && "host" in one.inputs)?.inputs ?? {};
};
const artefact = { source: "program.tar.gz", sha256: "0".repeat(64) };

test("a fourth machine: names, packet filters, pg_hba, metrics and logs follow", async () => {
  const before = await deployed();
  expect(JSON.stringify(before("storage-firewall-rules"))).not.toContain("198.18.0.14");
  const { control } = labValues()["hosts"] as Record<string, object>;
  const inputs = await deployed({
    "hosts.fourth": { ...control, address: "198.18.0.14" },
    "services.rob": { host: "fourth", enabled: true, listens: "lan", artefact: { ...artefact, program: "main.mjs" } },
    "services.redis.listens": "lan",
    "services.loki": { host: "control", artefact },
    "services.alloy": { artefact },
  });

  for (const host of ["control", "inference", "storage", "fourth"]) {
    expect(inputs(`${host}-settings-entries`)["entries"]).toMatchObject({ fourth: "198.18.0.14" });
  }
  const open = (host: string) => inputs(`${host}-firewall-rules`)["rules"];
  expect(open("storage")).toMatchObject({ postgres: { from: ["198.18.0.11", "198.18.0.14"] } });
  expect(open("control")).toMatchObject({ redis: { from: ["198.18.0.14"] } });
  expect(open("fourth")).toMatchObject({ "node-exporter-fourth": { ports: [9100], from: ["198.18.0.13"] } });
  expect(JSON.stringify(inputs("postgres-access"))).toMatch(/hostssl +projectsot +\S+ +198\.18\.0\.14\/32/);
  expect(JSON.stringify(inputs("prometheus-configuration"))).toContain("198.18.0.14:9100");
  expect(inputs("alloy-fourth-daemon")).toMatchObject({ host: "fourth" });
});

const dumps = {
  store: ["ddc", "put", "{file}", "{name}"],
  fetch: ["ddc", "get", "{name}", "{file}"],
  list: ["ddc", "ls"],
  remove: ["ddc", "rm", "{name}"],
};
const ddc = { host: "storage", enabled: true, artefact, sync: true, dumps };

test("KES, then DDC: the node is let copy after a round trip, and only the dumps' host reaches it", async () => {
  const inputs = await deployed({ reservations: {}, "services.ddc": ddc });
  expect(inputs("ddc-round-trip")).toMatchObject({
    host: "control",
    check: ["/etc/kes-ddc/seal", "-t", "wiki-knowledge-key"],
  });
  expect(inputs("ddc-daemon")["environment"]).toMatchObject({ SYNC: "true" });
  expect(inputs("storage-firewall-rules")["rules"]).toMatchObject({ ddc: { ports: [9090], from: ["198.18.0.11"] } });
  expect(inputs("ddc-dumps-timer")).toMatchObject({ host: "control", schedule: { everySec: 3600 } });
});

test("a key's next version: both are there, the new one encrypts, both decrypt", async () => {
  const inputs = await deployed({
    reservations: {},
    "services.ddc": ddc,
    "services.kes.keys": { "wiki-knowledge-key": { version: 2 } },
  });
  expect(inputs("kes-key-wiki-knowledge-key")["name"]).toBe("wiki-knowledge-key");
  expect(inputs("kes-key-wiki-knowledge-key-2")["name"]).toBe("wiki-knowledge-key-2");
  expect(inputs("ddc-round-trip")["check"]).toContain("wiki-knowledge-key-2");
  expect(inputs("ddc-dumps-commands")["content"]).toContain("KEY='wiki-knowledge-key-2'");
  const configuration = JSON.stringify(inputs("kes-configuration"));
  for (const path of ["encrypt/wiki-knowledge-key-2", "decrypt/wiki-knowledge-key-2", "decrypt/wiki-knowledge-key"]) {
    expect(configuration).toContain(`/v1/key/${path}\\"`);
  }
  expect(configuration).not.toContain('encrypt/wiki-knowledge-key\\"');
});

/** Everything the program registers, as text. */
const whole = async (changes: Record<string, unknown>): Promise<string> => {
  const values = Object.entries(changes).reduce((before, [path, value]) => changed(before, path, value), labValues());
  return JSON.stringify((await record(() => deploy(schema.parse(values)))).registered);
};

test("other ports of Prometheus and Grafana: data source, route of Nginx, packet filter and watchdog follow", async () => {
  const grafana = { host: "storage", port: 3300, artefact: { ...artefact, program: "bin/grafana" } };
  const changes = { "services.grafana": grafana, "services.prometheus.port": 9191 };
  const inputs = await deployed(changes);
  expect(JSON.stringify(inputs("grafana-configuration"))).toContain("198.18.0.13:9191");
  expect(inputs("grafana-daemon")).toMatchObject({ listens: [{ port: 3300 }] });
  expect(JSON.stringify(inputs("grafana-configuration"))).toContain("root_url = http://198.18.0.11/grafana/");
  const proxy = JSON.stringify(inputs("nginx-configuration"));
  expect(proxy).toMatch(/upstream grafana \{\\n +server 198\.18\.0\.13:3300;/);
  expect(proxy).toMatch(/location \/grafana\/ \{\\n +proxy_pass http:\/\/grafana;/);
  expect(inputs("storage-firewall-rules")["rules"]).toMatchObject({
    prometheus: { ports: [9191] },
    grafana: { ports: [3300] },
  });
  expect(await whole(changes)).not.toMatch(/:9091\b/);
});

test("another limit of the GPU: set now and at each boot, and Ollama starts anew", async () => {
  const values = committedValues("macminis");
  const daemonAt = async (limit: number) => {
    const given = schema.parse(changed(values, "services.ollama.gpuWiredLimitMiB", limit));
    const { registered } = await record(() => deploy(given));
    const inputs = (name: string) => registered.find((one) => one.name === name)?.inputs;
    expect(inputs("ollama-gpu-limit")).toMatchObject({ key: "iogpu.wired_limit_mb", value: String(limit) });
    return inputs("ollama-daemon")?.["restartOn"];
  };
  expect(await daemonAt(50_000)).not.toEqual(await daemonAt(57_344));
});

test.each([
  ["model", "mixedbread-ai/mxbai-rerank-large-v1"],
  ["version", "0.0.76"],
])("another %s of the reranker: what it ranks for is tested again", async (property, value) => {
  const triggers = async (changes: object) => {
    const reranker = { host: "inference", memoryMiB: 512, ...changes };
    const given = schema.parse(changed(labValues(), "services.reranker", reranker));
    const { registered } = await record(() => deploy(given));
    return registered.find(({ name }) => name === "smoke-evaluate")?.inputs["triggers"];
  };
  const before = await triggers({});
  expect(before).toMatchObject({ secret: expect.any(Array) });
  expect(await triggers({})).toEqual(before);
  expect(await triggers({ [property]: value })).not.toEqual(before);
});

test("another key of the reranker: its server and the API have the same new one", async () => {
  const values = changed(labValues(), "services.reranker", { host: "inference", memoryMiB: 512 });
  const keys = async (rotation: number) => {
    const { registered } = await record(() =>
      deploy(schema.parse(changed(values, "rotation.infinityApiKey", rotation))),
    );
    const { keepers } = registered.find(({ name }) => name === "reranker-api-key")?.inputs ?? {};
    const users = registered.flatMap(({ name, inputs }) => {
      const { secret } = (inputs["secretEnvironment"] ?? {}) as { secret?: Record<string, string> };
      return secret?.["INFINITY_API_KEY"] ? [`${name} ${secret["INFINITY_API_KEY"]}`] : [];
    });
    return { keepers, users };
  };
  const [before, after] = [await keys(1), await keys(2)];
  expect(before.users).toEqual([
    "api-daemon generated for reranker-api-key",
    "reranker-daemon generated for reranker-api-key",
  ]);
  expect(after.users).toEqual(before.users);
  expect(after.keepers).not.toEqual(before.keepers);
});

test("vectors of another model: a column of their own, embedded, indexed, and taken by the API; the previous one stays", async () => {
  const model = { model: "bge-m3", use: "embedding", resident: "always", memoryMiB: 128, diskMiB: 12 };
  const inputs = await deployed({
    "services.ollama.models.embedding": model,
    "services.ollama.dimension": 1024,
    "services.postgres.generation": 2,
  });
  const made = { column: "embedding_2", dimension: "1024" };
  expect(inputs("wiki-chunks-table")["variables"]).toMatchObject(made);
  expect(inputs("wiki-chunks-table")["script"]).not.toMatch(/DROP/);
  expect(inputs("wiki-chunks-vectors-all")["command"]).toEqual(
    expect.arrayContaining(["TABLE=wiki_chunks", "VECTORS=embedding_2", "MODEL=bge-m3:latest"]),
  );
  expect(inputs("wiki-chunks-index")["variables"]).toMatchObject({ column: "embedding_2" });
  expect(inputs("api-daemon")["environment"]).toMatchObject({ EMBED_MODEL: "bge-m3:latest" });
  expect(JSON.stringify(inputs("api-daemon"))).toContain("embedding_2");
});

test("vectors of a previous model are dropped by a word of their own, after the API took the others", async () => {
  const changes = { "services.postgres.generation": 2, "services.postgres.droppedGenerations": [1] };
  const given = Object.entries(changes).reduce((before, [path, value]) => changed(before, path, value), labValues());
  const { registered, waits } = await record(() => deploy(schema.parse(given)));
  const { script, variables } = registered.find(({ name }) => name === "dropped-vectors-1")?.inputs ?? {};
  expect([script, variables]).toEqual([
    expect.stringContaining('DROP COLUMN IF EXISTS :"column"'),
    { column: "embedding" },
  ]);
  expect(waits["dropped-vectors"]).toContain("api-daemon");
  expect((await deployed({ "services.postgres.generation": 2 }))("dropped-vectors-1")).toEqual({});
});

test("dumps kept by another host: what the previous one told the metrics goes with its job", async () => {
  const of = async (host: string) => {
    const inputs = await deployed({ "services.postgres.backup.host": host });
    return { metrics: inputs("postgres-backup-metrics"), job: inputs("postgres-backup-timer") };
  };
  for (const host of ["control", "inference"]) {
    const { metrics, job } = await of(host);
    const folder = "/var/lib/groundwork-metrics";
    expect(metrics).toMatchObject({ host, undo: ["rm", "-f", `${folder}/groundwork-backup.prom`] });
    expect(job).toMatchObject({ host, arguments: ["/var/backups/postgres", "14", folder] });
    expect(template("postgres/backup")).toContain('"$metrics/groundwork-backup.prom"');
  }
});

test("another domain: certificate, Nginx and the APIs have the new name", async () => {
  const inputs = await deployed({
    "services.nginx.serverName": "wiki.example.org",
    "services.nginx.port": 443,
    "services.nginx.tls": { mode: "internal-ca" },
    "services.rob": { host: "control", enabled: true, artefact: { ...artefact, program: "main.mjs" } },
  });
  expect(inputs("api-daemon")["environment"]).toMatchObject({ PUBLIC_URL: "https://wiki.example.org" });
  expect(inputs("rob-daemon")["environment"]).toMatchObject({ PUBLIC_URL: "https://wiki.example.org/rob" });
  expect(JSON.stringify(inputs("site-certificate-certificate"))).toContain("DNS:wiki.example.org");
  expect(JSON.stringify(inputs("nginx-configuration"))).toContain("server_name wiki.example.org");
});

test("a table more of the import is a load of its own; the ones before stay as they are", async () => {
  const table = (name: string) => ({ source: `${name}.sql`, sha256: "0".repeat(64), rows: 3 });
  const one = { tables: { wiki_chunks: table("chunks") }, reembed: true, dimension: 768, auth: "none" };
  const two = { ...one, tables: { ...one.tables, users: table("users") } };
  const [before, after] = [await deployed({ import: one }), await deployed({ import: two })];
  expect(after("wiki-chunks-import")).toEqual(before("wiki-chunks-import"));
  expect(before("imported-users-import")).toEqual({});
  expect(after("imported-users-import")).toMatchObject({ table: "users", expectedRows: 3 });
});

test("another major version of PostgreSQL: data, pgvector, client tools and dumps follow", async () => {
  const upgraded = changed(committedValues("macminis"), "services.postgres.version", 17);
  const { registered } = await record(() => deploy(schema.parse(upgraded)));
  const inputs = (name: string) => registered.find((one) => one.name === name && "host" in one.inputs)?.inputs;
  const text = (name: string) => JSON.stringify(inputs(name));
  const programs = "/opt/homebrew/opt/postgresql@17/bin";
  expect(inputs("postgres-packages-17")).toMatchObject({ packages: { "postgresql@17": "*" } });
  expect(inputs("postgres-backup-client")).toMatchObject({ packages: { "postgresql@17": "*" } });
  expect(inputs("postgres-backup-timer")).toMatchObject({ environment: { PATH: `${programs}:/usr/bin:/bin` } });
  expect(inputs("postgres-database")).toMatchObject({ programs, data: "/opt/homebrew/var/postgresql/17/groundwork" });
  expect(text("postgres-vector-build")).toContain(programs);
  expect(text("postgres-configuration")).toContain("data_directory = '/opt/homebrew/var/postgresql/17/groundwork'");
  expect(JSON.stringify(registered)).not.toContain("postgresql@16");
});
