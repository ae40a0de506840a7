import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { Endpoint, ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Configuration, Daemon, Directory, File } from "../resources.ts";
import { daemonLogFolder, softwareOn } from "../software.ts";
import { unpacked } from "../unpacked.ts";
import { nginxConf } from "./nginx-conf.ts";
import { type SiteTls, siteCertificate } from "./site-certificate.ts";
import { siteUrl, urlOf } from "./urls.ts";

export interface NginxProxyArgs extends ServedArgs {
  /** Serve by TLS at `endpoint`. @default no TLS */
  tls?: SiteTls;
  /** Port that sends browsers to TLS. @default 80 */
  httpPort?: number;
  /** Name of the site. @default any */
  serverName?: string;
  /** Gets what starts with /api/, and /health. */
  api: Endpoint;
  /** Gets what starts with /rob/, without that. @default nobody */
  rob?: Endpoint;
  /** Gets what starts with /grafana/. @default nobody */
  grafana?: Endpoint;
  /** The static front end: an archive, or text by file name. */
  site: Artefact | Record<string, string>;
  /** Requests to the APIs a minute from one address; more are answered with 429. @default 600 */
  rateLimit?: number;
  /** Addresses that may read /metrics, besides the host itself. @default none */
  watchers?: string[];
}

/**
 * Nginx as a static front end and the way to the APIs. It reloads only what `nginx -t` accepts, and goes back when it
 * does not answer afterwards. A new certificate, or another port of an API, is a reload: no connection is cut.
 *
 * @example
 * new NginxProxy("nginx", {
 *   endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 80 },
 *   api: { host: "control", platform: "debian", address: "127.0.0.1", port: 3000 },
 *   site: { "index.html": "<!doctype html><title>Project SOT</title>" },
 * });
 */
export class NginxProxy extends pulumi.ComponentResource {
  /** Address of the site, known once it answers. */
  readonly url: pulumi.Output<string>;
  /** The certificate that its clients trust; empty where they trust public ones, or there is no TLS. */
  readonly authority: pulumi.Output<string>;
  /** `address:port` where watchers read the API's /metrics. */
  readonly metrics: pulumi.Output<string>;
  /** Where `stub_status` answers. */
  readonly status: pulumi.Output<string>;
  /** Log of requests, a line of JSON each. */
  readonly accessLog: string;
  /** Changes with all that it serves. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: NginxProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:NginxProxy", name, {}, opts);
    const { endpoint, httpPort = 80, serverName = "_", rateLimit = 600, watchers = [], api, rob, grafana } = args;
    const { host, platform, address, port } = endpoint;
    const software = softwareOn(platform, "nginx");
    this.accessLog = software.accessLog!;
    const own = { parent: this };
    const logs = { host, path: daemonLogFolder };
    const parts = [
      ...installed(name, endpoint, software, own).parts,
      // `nginx -t` opens its logs, before a daemon of ours has made their folder.
      ...(platform === "darwin" ? [new Directory(`${name}-logs`, logs, own)] : []),
    ];
    const inPlace = { parent: this, dependsOn: parts };

    const site = siteOf(name, endpoint, args.site, software.state, inPlace);
    const tls = args.tls && siteCertificate(args.tls, software.configuration);
    const conf = `${software.configuration}/nginx.conf`;
    const settings = {
      endpoint,
      httpPort,
      serverName,
      api,
      rob,
      grafana,
      rateLimit,
      watchers,
      software,
      root: site.root,
    };
    const content = pulumi.output(tls?.paths).apply((paths) => nginxConf({ ...settings, tls: paths }));
    const { url: asked, insecure } = args.tls
      ? { url: urlOf(endpoint, "https"), insecure: ["--insecure"] } // whether it answers, not whom to trust
      : { url: urlOf(endpoint), insecure: [] };
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "nginx",
        files: { [conf]: { content }, ...tls?.files },
        root: software.configuration,
        validate: [software.program, "-t", "-q", "-c", conf],
        activate: { unit: software.daemon, action: "reload" },
        healthy: ["curl", "--fail", "--silent", "--show-error", "--max-time", "5", ...insecure, `${asked}/healthz`],
      },
      { parent: this, dependsOn: parts },
    );
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Nginx: front end and way to the APIs",
        program: software.program,
        arguments: ["-c", conf, "-g", "daemon off;"],
        reloadOn: tls?.reloadOn,
        listens: [{ port }],
      },
      { parent: this, dependsOn: [configuration, ...site.resources] },
    );

    this.url = daemon.name.apply(() => siteUrl(endpoint, { serverName, tls: args.tls !== undefined }));
    this.authority = pulumi.output(tls?.authority ?? "");
    const plain = args.tls ? httpPort : port;
    this.metrics = daemon.name.apply(() => `${address}:${plain}`);
    this.status = daemon.name.apply(() => `http://127.0.0.1:${plain}/nginx_status`);
    this.digest = pulumi.interpolate`${configuration.digest} ${site.digest}`;
    this.registerOutputs({ url: this.url });
  }
}

interface Site {
  readonly root: string;
  readonly digest: string;
  readonly resources: pulumi.Resource[];
}

function siteOf(
  name: string,
  { host, platform }: Endpoint,
  site: NginxProxyArgs["site"],
  folder: string,
  opts: pulumi.CustomResourceOptions & { parent: pulumi.ComponentResource },
): Site {
  if (isArtefact(site)) {
    const { folder: root, archive } = unpacked(`${name}-site`, { host, platform }, site, opts);
    return { root, digest: site.sha256, resources: [archive] };
  }
  const root = new Directory(`${name}-site`, { host, path: folder }, opts);
  const files = Object.entries(site).map(
    ([file, content]) =>
      new File(
        `${name}-site-${file}`,
        { host, path: `${folder}/${file}`, content },
        { parent: opts.parent, dependsOn: [root] },
      ),
  );
  return { root: folder, digest: JSON.stringify(site), resources: files };
}

const isArtefact = (site: NginxProxyArgs["site"]): site is Artefact => "sha256" in site && "stripComponents" in site;
