import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Configuration, Daemon } from "../resources.ts";
import { softwareOn, unitOf } from "../software.ts";
import { unpacked } from "../unpacked.ts";

export interface AlloyArgs {
  /** Where its own pages and metrics are. */
  endpoint: Endpoint;
  /** Loki that gets the logs. */
  loki: pulumi.Input<string>;
  /** Log files besides those of our daemons: paths by job, `*` allowed. */
  files?: Record<string, string>;
  /** Where the platform has no package of it. */
  artefact?: Artefact;
}

/**
 * Grafana Alloy: ships the logs of one host to Loki. On Debian those of the journal, on macOS those of our daemons.
 *
 * @example
 * new Alloy("alloy", {
 *   endpoint: { host: "control", platform: "darwin", address: "127.0.0.1", port: 12345 },
 *   loki: "http://192.168.1.11:3100",
 *   files: { nginx: "/opt/homebrew/var/log/nginx/access.log" },
 * });
 */
export class Alloy extends pulumi.ComponentResource {
  constructor(name: string, args: AlloyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Alloy", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "alloy");
    const from = args.artefact && unpacked(name, host, args.artefact, { parent: this });
    const program = from?.program ?? software.program;
    const path = `${software.configuration}/config.alloy`;

    const parts = [
      ...installed(name, host, software, { parent: this }, args.artefact),
      ...(from ? [from.archive] : []),
    ];
    const content = pulumi.output(args.loki).apply((loki) => alloyConfig({ ...args, loki }));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "alloy",
        files: { [path]: { content } },
        validate: [program, "fmt", "--test", path], // reads it, and ends with 1 where it cannot
        activate: { unit: unitOf(platform, software.daemon), action: "reload" },
      },
      { parent: this, dependsOn: parts },
    );
    new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Grafana Alloy",
        program,
        arguments: [
          "run",
          `--server.http.listen-addr=${address}:${port}`,
          `--storage.path=${software.state}`,
          "--disable-reporting",
          path,
        ],
        restartOn: { artefact: from?.archive.unpacked ?? "package" },
        listens: [{ port }],
      },
      { parent: this, dependsOn: [configuration] },
    );
    this.registerOutputs({});
  }
}

/** In Alloy's own syntax, as `alloy fmt` writes it. */
export function alloyConfig({
  endpoint: { host, platform },
  loki,
  files = {},
}: Pick<AlloyArgs, "endpoint" | "files"> & { loki: string }): string {
  const all = platform === "darwin" ? { daemons: "/Library/Logs/groundwork/*.log", ...files } : files;
  const targets = Object.entries(all)
    .map(([job, path]) => `\t\t{__path__ = ${quoted(path)}, job = ${quoted(job)}, host = ${quoted(host)}},\n`)
    .join("");
  return `${platform === "debian" ? journal(host) : ""}local.file_match "logs" {
	path_targets = [
${targets}	]
}

loki.source.file "logs" {
	targets    = local.file_match.logs.targets
	forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
	endpoint {
		url = ${quoted(`${loki}/loki/api/v1/push`)}
	}
}
`;
}

const journal = (host: string): string => `loki.relabel "journal" {
	forward_to = []

	rule {
		source_labels = ["__journal__systemd_unit"]
		target_label  = "unit"
	}
}

loki.source.journal "journal" {
	forward_to    = [loki.write.loki.receiver]
	relabel_rules = loki.relabel.journal.rules
	labels        = {job = "journal", host = ${quoted(host)}}
}

`;

const quoted = (text: string): string => JSON.stringify(text);
