import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint, ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { type PasswordArgs, password } from "../password.ts";
import { Configuration, Daemon, Directory, Exec, File } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { softwareOn } from "../software.ts";
import { yaml } from "../yaml.ts";
import { dashboards } from "./dashboards.ts";
import { grafanaPath, urlOf } from "./urls.ts";

export interface GrafanaArgs extends ServedArgs {
  /** Address of Prometheus, the source of all metrics. */
  prometheus: pulumi.Input<string>;
  /** Address of Loki, the source of logs. @default no logs */
  loki?: pulumi.Input<string>;
  /** Address of the site that browsers come by, to its path /grafana/. @default its own address */
  site?: string;
  /** Of the user admin. */
  password: PasswordArgs;
  /** Where the platform has no package of it. @default the package */
  artefact?: Artefact;
}

/**
 * Grafana with its data sources and dashboards, which nobody needs to click together. Alerts are Prometheus' own rules,
 * which it shows.
 *
 * @example
 * new Grafana("grafana", {
 *   endpoint: { host: "storage", platform: "darwin", address: "192.168.1.13", port: 3000 },
 *   prometheus: "http://192.168.1.13:9091",
 *   site: "https://wiki.example.org",
 *   password: { rotation: 1 },
 * });
 */
export class Grafana extends pulumi.ComponentResource {
  /** Where browsers reach it, known once it answers. */
  readonly url: pulumi.Output<string>;
  /** Of the user admin; known once Grafana takes it. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Grafana", name, {}, opts);
    const { host, platform, port } = args.endpoint;
    const software = softwareOn(platform, "grafana");
    const { site = urlOf(args.endpoint) } = args;
    const url = `${urlOf(args.endpoint)}${grafanaPath}`;

    const { program, folder, parts, restartOn } = installed(
      name,
      args.endpoint,
      software,
      { parent: this },
      args.artefact,
    );
    const home = folder ?? program.replace("/bin/grafana", "/share/grafana");
    const places = [`--homepath=${home}`, `--config=${software.configuration}/grafana.ini`];
    const folders = ["datasources", "dashboards", "boards"].map(
      (part) =>
        new Directory(
          `${name}-${part}`,
          { host, path: `${software.configuration}/${part}` },
          { parent: this, dependsOn: parts },
        ),
    );
    const files = pulumi
      .output({ prometheus: args.prometheus, loki: args.loki })
      .apply((urls) => grafanaFiles(args.endpoint, { ...urls, site }, software.configuration, software.state));
    const secret = password(`${name}-password`, args.password, { parent: this });
    // Read once, when Grafana makes its database: there is no moment with the password that everybody knows.
    const first = new File(
      `${name}-password-file`,
      { host, path: passwordFile(software.configuration), content: secret, owner: software.user, mode: "0600" },
      { parent: this, dependsOn: parts },
    );
    const configuration = new Configuration(
      `${name}-configuration`,
      { host, name: "grafana", files, activate: { unit: software.daemon, action: "restart" } },
      { parent: this, dependsOn: [...folders, first] },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Grafana",
        program,
        arguments: ["server", ...places],
        user: software.user,
        restartOn,
        listens: [{ port }],
        readyTimeoutSec: 60, // it makes its database first
      },
      { parent: this, dependsOn: [configuration] },
    );
    const admin = new Exec(
      `${name}-admin`,
      {
        host,
        name: "grafana-admin",
        user: software.user, // root would leave files that Grafana cannot write
        check: ["sh", "-c", logsIn, url, first.path],
        command: [program, "cli", ...places, "admin", "reset-admin-password", "--password-from-stdin"],
        stdin: secret,
        triggers: { password: secret.apply(sha256) },
      },
      { parent: this, dependsOn: [daemon] },
    );

    this.url = daemon.name.apply(() => `${site}${grafanaPath}/`);
    this.password = pulumi.all([secret, admin.name]).apply(([text]) => text);
    this.registerOutputs({ url: this.url });
  }
}

const passwordFile = (folder: string) => `${folder}/admin-password`;

/** $0 URL, FILE: ends with 1 where Grafana does not take the password of the file. */
const logsIn = `sed 's/[\\"]/\\\\&/g; s/.*/user = "admin:&"/' "$1" |
curl -fsS --max-time 10 --noproxy '*' -o /dev/null -K - "$0/api/user" 2>/dev/null || exit 1`;

/** grafana.ini, and what it provisions itself from: data sources, and dashboards in a folder of their own. */
export function grafanaFiles(
  { address, port }: Endpoint,
  urls: { site: string; prometheus: string; loki?: string | undefined },
  folder: string,
  state: string,
): Record<string, { content: string }> {
  const sources = [
    {
      name: "Prometheus",
      uid: "prometheus",
      type: "prometheus",
      access: "proxy",
      url: urls.prometheus,
      isDefault: true,
    },
    ...(urls.loki ? [{ name: "Loki", uid: "loki", type: "loki", access: "proxy", url: urls.loki }] : []),
  ];
  const provider = {
    name: "groundwork",
    type: "file",
    folder: "groundwork",
    options: { path: `${folder}/boards` },
  };
  return {
    [`${folder}/grafana.ini`]: {
      content: `[paths]
data = ${state}
logs = ${state}/log
plugins = ${state}/plugins
provisioning = ${folder}

[server]
http_addr = ${address}
http_port = ${port}
root_url = ${urls.site}${grafanaPath}/
serve_from_sub_path = true

[security]
admin_password = $__file{${passwordFile(folder)}}

[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false

[users]
allow_sign_up = false
`,
    },
    [`${folder}/datasources/groundwork.yaml`]: { content: yaml({ apiVersion: 1, datasources: sources }) },
    [`${folder}/dashboards/groundwork.yaml`]: { content: yaml({ apiVersion: 1, providers: [provider] }) },
    ...Object.fromEntries(
      Object.entries(dashboards).map(([name, dashboard]) => [
        `${folder}/boards/${name}.json`,
        { content: yaml(dashboard) },
      ]),
    ),
  };
}
