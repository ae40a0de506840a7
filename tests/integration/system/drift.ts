import { expect, test } from "vitest";

import { asUsers, type Deployed } from "../../support/deployed.ts";
import { plannedIn } from "../../support/preview.ts";

/** Changed by hand: where, how, and what a plain preview shows of which resource. */
const drifts: readonly { what: string; host: string; script: string; shows: Record<string, string> }[] = [
  {
    what: "content",
    host: "control",
    script: "echo // more >>/opt/api/server.mjs",
    shows: { "api-program": "content" },
  },
  {
    what: "mode",
    host: "control",
    script: "chmod 600 /var/www/groundwork/index.html",
    shows: { "nginx-site-index.html": "mode" },
  },
  { what: "owner", host: "control", script: "chown www-data /opt/api", shows: { "api-folder": "owner" } },
  {
    what: "owner of a configuration's file",
    host: "control",
    script: "chown redis /etc/redis/redis.conf",
    shows: { "redis-configuration": "files" },
  },
  {
    what: "stopped unit",
    host: "control",
    script: "systemctl stop prometheus-node-exporter",
    shows: { "node-exporter-control-daemon": "running" },
  },
  {
    what: "disabled unit",
    host: "control",
    script: "systemctl -q disable redis-server",
    shows: { "redis-daemon": "enabled" },
  },
  {
    what: "edited unit",
    host: "control",
    script: "sed -i s/LOG_LEVEL=/LOG_LEVEL=x/ /etc/systemd/system/sot-api-3000.service",
    shows: { "api-daemon": "edits" },
  },
  {
    what: "removed package",
    host: "inference",
    script: "dpkg --remove prometheus-node-exporter",
    shows: { "node-exporter-inference-packages": "packages" },
  },
  {
    what: "file replaced by a directory",
    host: "control",
    script: "rm /etc/nginx/nginx.conf; mkdir /etc/nginx/nginx.conf",
    shows: { "nginx-configuration": "files" },
  },
  {
    what: "file replaced by a link",
    host: "storage",
    script: "mv /etc/prometheus/prometheus.yml /srv/elsewhere; ln -s /srv/elsewhere /etc/prometheus/prometheus.yml",
    shows: { "prometheus-configuration": "files" },
  },
  {
    what: "dropped role",
    host: "storage",
    script: psql("DROP OWNED BY sot_app", "projectsot") + psql("DROP ROLE sot_app"),
    shows: { "postgres-application": "create" },
  },
  {
    what: "changed role password",
    host: "storage",
    script: psql("ALTER ROLE sot_migrate PASSWORD $$by hand$$"),
    shows: { "postgres-owner": "password" },
  },
  {
    what: "a port opened by hand",
    host: "storage",
    script: "nft add rule inet groundwork input tcp dport 23 accept",
    shows: { "storage-firewall-rules": "rules" },
  },
  {
    what: "a name that resolves elsewhere",
    host: "control",
    script: "sed -i 's/^198[0-9.]* storage/192.0.2.1 storage/' /etc/hosts",
    shows: { "control-settings-entries": "entries" },
  },
  {
    what: "dropped extension",
    host: "storage",
    script: psql("DROP TABLE wiki_chunks; DROP EXTENSION vector", "projectsot"),
    shows: { "postgres-extension": "create", "wiki-chunks-table": "create", "wiki-chunks-vectors-all": "create" },
  },
];

/** What was changed by hand is found, and repaired. */
export function drift(system: () => Deployed): void {
  test("every change by hand is found by a plain preview, at its property", async () => {
    for (const { host, script } of drifts) await system().sh(host, script);
    const { output } = await system().pulumi(["preview"], asUsers);
    const planned = plannedIn(output);
    for (const [resource, property] of drifts.flatMap(({ shows }) => Object.entries(shows))) {
      const { operation, properties } = planned.get(resource) ?? { operation: "nothing", properties: [] };
      expect([operation, ...properties], `${resource} in:\n${output}`).toContain(property);
    }
  });

  test("`up` repairs all of it, what may have read something else starts anew, and it serves again", async () => {
    const before = await system().mainPid("control", "sot-api-3000");
    await system().up();
    expect(await system().mainPid("control", "sot-api-3000")).not.toBe(before);
    expect((await fetch(`${system().site()}/health`)).status).toBe(200);
    await system().unchanged();
  });
}

function psql(query: string, database = "postgres"): string {
  return `cd / && runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1 -d ${database} -c '${query}'\n`;
}
