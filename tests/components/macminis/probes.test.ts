import { expect, test } from "vitest";

import { macminisModel } from "../../../src/components/macminis/model.ts";
import { probesOf } from "../../../src/components/macminis/probes.ts";
import { macminisConfig } from "../../../src/schemas/macminis/index.ts";
import { changed, labValues } from "../../schemas/config.ts";

const probesWith = (changes: Record<string, unknown> = {}) => {
  const values = Object.entries(changes).reduce((before, [path, value]) => changed(before, path, value), labValues());
  return Object.fromEntries(
    probesOf(macminisModel(macminisConfig.parse(values))).map(({ name, ...probe }) => [name, probe]),
  );
};

test("each service is asked as its users do, and KES for its certificate too", () => {
  expect(probesWith()).toEqual({
    site: { host: "control", module: "http_2xx", target: "http://198.18.0.11:80/healthz" },
    health: { host: "control", module: "http_2xx", target: "http://198.18.0.11:80/health" },
    ollama: { host: "inference", module: "http_2xx", target: "http://198.18.0.12:11434/api/version" },
    kes: { host: "inference", module: "tcp_tls", target: "198.18.0.12:8080" },
  });
});

test("a key service that does not run is not asked", () => {
  expect(Object.keys(probesWith({ "features.kes": false }))).toContain("kes"); // it runs before its gate opens
  expect(Object.keys(probesWith({ "services.kes.enabled": false }))).not.toContain("kes");
});

test("ROB, which listens for Nginx alone, is asked through it, once it runs", () => {
  const artefact = { source: "rob.tar.gz", sha256: "0".repeat(64), program: "rob.mjs" };
  const rob = { host: "control", enabled: true, artefact };
  expect(probesWith({ "services.rob": rob })).toMatchObject({
    rob: { host: "control", module: "http_behind", target: "http://198.18.0.11:80/rob/" },
  });
  expect(
    probesWith({ "services.rob": rob, "services.nginx.port": 443, "services.nginx.tls": { mode: "internal-ca" } }),
  ).toMatchObject({ rob: { target: "https://198.18.0.11:443/rob/" } });
  expect(Object.keys(probesWith({ "services.rob": { ...rob, enabled: false } }))).not.toContain("rob");
});

test("what listens for its own host alone is asked where it listens", () => {
  const artefact = { source: "grafana.tar.gz", sha256: "0".repeat(64) };
  const grafana = { host: "storage", listens: "loopback", artefact };
  expect(probesWith({ "services.grafana": grafana })).toMatchObject({
    grafana: { host: "storage", target: "http://127.0.0.1:3000/grafana/api/health" },
  });
});

test("what there is no program for is not asked", () => {
  const probes = probesWith({ "services.grafana": { host: "storage" }, "services.loki": { host: "control" } });
  expect(Object.keys(probes).sort()).toEqual(["health", "kes", "ollama", "site"]);
});
