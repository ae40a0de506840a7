import { expect, test } from "vitest";

import { alloyConfig } from "../../../src/components/macminis/alloy.ts";
import type { PlatformName } from "../../../src/schemas/host.ts";

const configOn = (platform: PlatformName, files?: Record<string, string>): string =>
  alloyConfig({
    endpoint: { host: "control", platform, address: "127.0.0.1", port: 12345 },
    loki: "http://198.18.0.11:3100",
    ...(files && { files }),
  });

/** As Alloy's own formatter answers it. */
const journal = `loki.relabel "journal" {
	forward_to = []

	rule {
		source_labels = ["__journal__systemd_unit"]
		target_label  = "unit"
	}
}

loki.source.journal "journal" {
	forward_to    = [loki.write.loki.receiver]
	relabel_rules = loki.relabel.journal.rules
	labels        = {job = "journal", host = "control"}
}

`;

const filesOf = (...targets: string[]): string => `local.file_match "logs" {
	path_targets = [
${targets.map((target) => `\t\t${target},\n`).join("")}	]
}

loki.source.file "logs" {
	targets    = local.file_match.logs.targets
	forward_to = [loki.write.loki.receiver]
}

`;

const sent = `loki.write "loki" {
	endpoint {
		url = "http://198.18.0.11:3100/loki/api/v1/push"
	}
}
`;

test("on Debian the journal is read, and files where there are any", () => {
  expect(configOn("debian")).toBe(journal + sent);
  expect(configOn("debian", {})).toBe(journal + sent);
  const nginx = `{__path__ = "/var/log/nginx/access.log", job = "nginx", host = "control"}`;
  expect(configOn("debian", { nginx: "/var/log/nginx/access.log" })).toBe(journal + filesOf(nginx) + sent);
});

test("on macOS the files of daemons are read, each once", () => {
  const all = "/Library/Logs/groundwork/*.log";
  expect(configOn("darwin")).toBe(filesOf(`{__path__ = "${all}", job = "daemons", host = "control"}`) + sent);
  const own = { nginx: "/Library/Logs/groundwork/nginx-access.log", site: "/srv/site.log" };
  const but = "/Library/Logs/groundwork/{nginx-access.log}";
  const targets = [
    `{__path__ = "${all}", __path_exclude__ = "${but}", job = "daemons", host = "control"}`,
    `{__path__ = "${own.nginx}", job = "nginx", host = "control"}`,
    `{__path__ = "${own.site}", job = "site", host = "control"}`,
  ];
  expect(configOn("darwin", own)).toBe(filesOf(...targets) + sent);
});
