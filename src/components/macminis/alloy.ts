import { posix } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Configuration, Daemon } from "../resources.ts";
import { daemonLogFolder, softwareOn } from "../software.ts";

export interface AlloyArgs {
  /** Where its own pages and metrics are. */
  endpoint: Endpoint;
  /** Address of Loki, which gets the logs. */
  loki: pulumi.Input<string>;
  /** Log files that programs write themselves: paths by job, `*` allowed. @default none */
  files?: Record<string, string>;
  /** Where the platform has no package of it. @default the package */
  artefact?: Artefact;
}

/**
 * Grafana Alloy: ships the logs of one host to Loki. On Debian those of the journal, on macOS those of our daemons.
 *
 * @example
 * new Alloy("alloy", {
 *   endpoint: { host: "control", platform: "darwin", address: "127.0.0.1", port: 12345 },
 *   loki: "http://192.168.1.11:3100",
 *   files: { nginx: "/Library/Logs/groundwork/nginx-access.log" },
 * });
 */
export class Alloy extends pulumi.ComponentResource {
  constructor(name: string, args: AlloyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Alloy", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "alloy");
    const path = `${software.configuration}/config.alloy`;

    const { program, parts, restartOn } = installed(name, args.endpoint, software, { parent: this }, args.artefact);
    const content = pulumi.output(args.loki).apply((loki) => alloyConfig({ ...args, loki }));
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "alloy",
        files: { [path]: { content } },
        validate: [program, "validate", path],
        activate: { unit: software.daemon, action: "reload" },
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
        restartOn,
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
  const targets = Object.entries(files).map(([job, path]) => ({ __path__: path, job, host }));
  const ways =
    platform === "debian"
      ? [journal(host), ...(targets.length > 0 ? [fileSource(targets)] : [])]
      : [fileSource([daemonLogs(host, Object.values(files)), ...targets])];
  return `${ways.join("")}loki.write "loki" {
	endpoint {
		url = ${quoted(`${loki}/loki/api/v1/push`)}
	}
}
`;
}

type Target = Readonly<Record<string, string>>;

/** macOS has no journal: launchd writes a file of each. One that has a job of its own is not read twice. */
function daemonLogs(host: string, others: readonly string[]): Target {
  const here = others.filter((path) => posix.dirname(path) === daemonLogFolder).map((path) => posix.basename(path));
  return {
    __path__: `${daemonLogFolder}/*.log`,
    // Braces around whole paths match nothing: Alloy compares folder by folder.
    ...(here.length > 0 && { __path_exclude__: `${daemonLogFolder}/{${here.join(",")}}` }),
    job: "daemons",
    host,
  };
}

const fileSource = (targets: readonly Target[]): string => `local.file_match "logs" {
	path_targets = [
${targets.map((target) => `\t\t{${labels(target)}},\n`).join("")}	]
}

loki.source.file "logs" {
	targets    = local.file_match.logs.targets
	forward_to = [loki.write.loki.receiver]
}

`;

const labels = (target: Target): string =>
  Object.entries(target)
    .map(([name, value]) => `${name} = ${quoted(value)}`)
    .join(", ");

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
