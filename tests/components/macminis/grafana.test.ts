import { expect, test } from "vitest";

import { Grafana, grafanaFiles } from "../../../src/components/macminis/grafana.ts";
import { record } from "../record.ts";

const endpoint = { host: "storage", platform: "darwin", address: "192.168.1.13", port: 3000 } as const;
const prometheus = "http://192.168.1.13:9091";

const site = "https://wiki.example.org";
const ini = grafanaFiles(endpoint, { site, prometheus }, "/etc/grafana", "/var/lib/grafana")[
  "/etc/grafana/grafana.ini"
];
const settings = (section: string) =>
  new RegExp(`\\[${section}\\]\\n([^[]*)`)
    .exec(ini?.content ?? "")?.[1]
    ?.trim()
    .split("\n");

test("all that Grafana writes lies where its user may write", () => {
  expect(settings("paths")).toEqual([
    "data = /var/lib/grafana",
    "logs = /var/lib/grafana/log",
    "plugins = /var/lib/grafana/plugins",
    "provisioning = /etc/grafana",
  ]);
});

test("it serves below a path of the site, at its own port too", () => {
  expect(settings("server")).toEqual([
    "http_addr = 192.168.1.13",
    "http_port = 3000",
    "root_url = https://wiki.example.org/grafana/",
    "serve_from_sub_path = true",
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
