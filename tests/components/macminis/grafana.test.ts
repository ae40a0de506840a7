import { expect, test } from "vitest";

import { Grafana, grafanaFiles } from "../../../src/components/macminis/grafana.ts";
import { record } from "../record.ts";

const endpoint = { host: "storage", platform: "darwin", address: "192.168.1.13", port: 3000 } as const;
const prometheus = "http://192.168.1.13:9091";

test("all that Grafana writes lies where its user may write", () => {
  const ini = grafanaFiles(endpoint, { prometheus }, "/etc/grafana", "/var/lib/grafana")["/etc/grafana/grafana.ini"];
  const paths = /^\[paths\]\n([^[]*)/
    .exec(ini?.content ?? "")?.[1]
    ?.trim()
    .split("\n");
  expect(paths).toEqual([
    "data = /var/lib/grafana",
    "logs = /var/lib/grafana/log",
    "plugins = /var/lib/grafana/plugins",
    "provisioning = /etc/grafana",
  ]);
});

test("its password is set as its own user, who must be able to write what that leaves", async () => {
  const { registered } = await record(
    () => new Grafana("grafana", { endpoint, prometheus, password: { rotation: 1 } }),
  );
  const of = (name: string) => registered.find((resource) => resource.name === name)?.inputs;
  expect(of("grafana-admin")?.["user"]).toBe("_grafana");
  expect(of("grafana-daemon")?.["user"]).toBe("_grafana");
});
