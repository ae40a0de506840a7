import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Configuration, Directory, File, PackageSet, Service } from "../resources.ts";

export interface NginxProxyArgs {
  endpoint: Endpoint;
  /** Gets what starts with /api/, and /health. */
  api: Endpoint;
  /** The static front end: text by file name. */
  site: Record<string, string>;
}

const unit = "nginx";
const siteRoot = "/var/www/groundwork";

/**
 * Nginx as a static front end and the way to the API. It reloads only what `nginx -t` accepts, and goes back when it
 * does not answer afterwards.
 *
 * @example
 * new NginxProxy("nginx", {
 *   endpoint: { host: "control", platform: "debian", address: "198.18.0.11", port: 80 },
 *   api: { host: "control", platform: "debian", address: "127.0.0.1", port: 3000 },
 *   site: { "index.html": "<!doctype html><title>Project SOT</title>" },
 * });
 */
export class NginxProxy extends pulumi.ComponentResource {
  /** Address of the site. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: NginxProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:NginxProxy", name, {}, opts);
    const { host, address, port } = args.endpoint;

    const packages = new PackageSet(
      `${name}-packages`,
      { host, name: "nginx", packages: { nginx: "*", curl: "*" } },
      { parent: this },
    );
    const root = new Directory(`${name}-site`, { host, path: siteRoot }, { parent: this, dependsOn: [packages] });
    const site = Object.entries(args.site).map(
      ([file, content]) =>
        new File(
          `${name}-site-${file}`,
          { host, path: `${siteRoot}/${file}`, content },
          { parent: this, dependsOn: [root] },
        ),
    );
    const configuration = new Configuration(
      `${name}-configuration`,
      {
        host,
        name: "nginx",
        files: { "/etc/nginx/nginx.conf": { content: nginxConf(args) } },
        root: "/etc/nginx",
        validate: ["nginx", "-t", "-q"],
        activate: { unit, action: "reload" },
        healthy: ["curl", "--fail", "--silent", "--show-error", "--max-time", "5", `${urlOf(address, port)}/healthz`],
      },
      { parent: this, dependsOn: [packages] },
    );
    const service = new Service(
      `${name}-service`,
      { host, unit },
      { parent: this, dependsOn: [configuration, ...site] },
    );

    this.url = service.unit.apply(() => urlOf(address, port));
    this.registerOutputs({ url: this.url });
  }
}

const urlOf = (address: string, port: number): string => `http://${address}${port === 80 ? "" : `:${port}`}`;

/**
 * The whole nginx.conf: Debian's own site, which would hold port 80, is not included. It listens on every address, since
 * a reload cannot go from all to one.
 */
export function nginxConf({ endpoint, api }: Pick<NginxProxyArgs, "endpoint" | "api">): string {
  return `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;

events {
  worker_connections 768;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  server_tokens off;
  client_max_body_size 10m;

  server {
    listen ${endpoint.port};
    root ${siteRoot};

    location = /healthz {
      access_log off;
      default_type text/plain;
      return 200 "ok\\n";
    }
    location ~ ^/(api/|health$) {
      proxy_pass http://${api.address}:${api.port};
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_read_timeout 120s;
    }
    location / {
      try_files $uri $uri/ /index.html;
    }
  }
}
`;
}
