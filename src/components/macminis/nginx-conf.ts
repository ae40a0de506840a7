// nginx.conf: pure text.
import type { Endpoint } from "../endpoint.ts";
import type { Software } from "../software.ts";
import { grafanaPath } from "./urls.ts";

export interface NginxSettings {
  endpoint: Endpoint;
  /** Port that sends browsers to TLS. */
  httpPort: number;
  /** As `server_name`; `_` is any. */
  serverName: string;
  /** Files of the certificate and its key; none: no TLS. */
  tls: { certificate: string; key: string } | undefined;
  api: Endpoint;
  rob: Endpoint | undefined;
  grafana: Endpoint | undefined;
  /** Folder of the front end. */
  root: string;
  /** Requests to the APIs a minute from one address. */
  rateLimit: number;
  /** Who may read metrics, besides the host itself. */
  watchers: readonly string[];
  software: Pick<Software, "user" | "group" | "configuration" | "accessLog">;
}

/**
 * The whole nginx.conf: the platform's own site, which would hold port 80, is not included. It listens on every address,
 * since a reload cannot go from all to one.
 */
export const nginxConf = (
  settings: NginxSettings,
): string => `user ${settings.software.user} ${settings.software.group};
worker_processes auto;
# of each connection: to the client, to what it asks, and a file
worker_rlimit_nofile 4096;
error_log stderr;

events {
  worker_connections 1024;
}

http {
  include ${settings.software.configuration}/mime.types;
  default_type application/octet-stream;
  log_format json escape=json '{"time":"$time_iso8601","client":"$remote_addr","method":"$request_method","path":"$uri",'
    '"status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,"upstream_seconds":"$upstream_response_time",'
    '"agent":"$http_user_agent"}';
  access_log ${settings.software.accessLog} json;
  sendfile on;
  server_tokens off;
  client_max_body_size 10m;

  add_header X-Content-Type-Options nosniff always;
  add_header X-Frame-Options SAMEORIGIN always;
  add_header Referrer-Policy strict-origin-when-cross-origin always;
  add_header Content-Security-Policy "base-uri 'self'; frame-ancestors 'self'; object-src 'none'" always;${hsts(settings)}

  limit_req_zone $binary_remote_addr zone=api:10m rate=${settings.rateLimit}r/m;
  limit_req_status 429;

  map $http_upgrade $connection_upgrade {
    default upgrade;
    "" "";
  }
${upstreams(settings)}
${servers(settings)}}
`;

const hsts = ({ tls }: NginxSettings): string =>
  tls ? '\n  add_header Strict-Transport-Security "max-age=31536000" always;' : "";

const upstreams = ({ api, rob, grafana }: NginxSettings): string =>
  [upstream("api", api), upstream("rob", rob), upstream("grafana", grafana)].join("");

const upstream = (name: string, endpoint: Endpoint | undefined): string =>
  endpoint
    ? `
  upstream ${name} {
    server ${endpoint.address}:${endpoint.port};
    keepalive 16;
  }
`
    : "";

const servers = (settings: NginxSettings): string => {
  const { tls, endpoint, httpPort, serverName } = settings;
  if (!tls) return server([`listen ${endpoint.port}`, `server_name ${serverName}`], machines(settings), site(settings));
  const secure = [
    `listen ${endpoint.port} ssl`,
    "http2 on",
    `server_name ${serverName}`,
    `ssl_certificate ${tls.certificate}`,
    `ssl_certificate_key ${tls.key}`,
    "ssl_protocols TLSv1.2 TLSv1.3",
    "ssl_session_cache shared:tls:10m",
  ];
  const port = endpoint.port === 443 ? "" : `:${endpoint.port}`;
  const redirect = `
    location / {
      return 301 https://$host${port}$request_uri;
    }
`;
  return [
    server([`listen ${httpPort}`, `server_name ${serverName}`], machines(settings), redirect),
    server(secure, machines(settings), site(settings)),
  ].join("\n");
};

const server = (settings: readonly string[], ...locations: readonly string[]): string => `  server {
${settings.map((setting) => `    ${setting};\n`).join("")}${locations.join("")}  }
`;

/** What machines ask. */
const machines = ({ watchers, endpoint }: NginxSettings): string => {
  const allowed = [...new Set(["127.0.0.1", endpoint.address, ...watchers])];
  const only = [...allowed.map((address) => `allow ${address};`), "deny all;"].join("\n      ");
  return `
    location = /healthz {
      access_log off;
      default_type text/plain;
      return 200 "ok\\n";
    }
    location = /nginx_status {
      access_log off;
      stub_status;
      ${only}
    }
    location = /metrics {
      access_log off;
      ${only}
      proxy_pass http://api;
    }
`;
};

const site = (settings: NginxSettings): string => `
    root ${settings.root};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;

    location = /health {
      proxy_pass http://api;
    }
    location /api/ {
      ${limit(settings)}
      proxy_pass http://api;
    }
    location /api/evaluate {
      ${limit(settings)}
      proxy_read_timeout 120s; # a model takes its time
      proxy_pass http://api;
    }
${settings.rob ? robLocation(settings) : ""}${settings.grafana ? grafanaLocation : ""}    location / {
      try_files $uri $uri/ /index.html;
    }
`;

const limit = ({ rateLimit }: NginxSettings): string =>
  `limit_req zone=api burst=${Math.max(20, Math.ceil(rateLimit / 10))} nodelay;`;

const robLocation = (settings: NginxSettings): string => `    location /rob/ {
      ${limit(settings)}
      proxy_pass http://rob/;
    }
`;

const grafanaLocation = `    location ${grafanaPath}/ {
      proxy_pass http://grafana;
    }
`;
