import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";
import { jobsOf } from "../../support/loki.ts";
import type { macs } from "../../support/macs.ts";

/** Day 2 of three Macs: every port but those of Nginx, and what the GPU may wire, by one `up`. */
export function otherPorts(system: () => Deployed, names: typeof macs, health: () => Promise<unknown>): void {
  const [control, inference, storage] = names;
  const onEach = { "nodeExporter.port": [9100, 9101], "alloy.port": [12345, 12346] } as const;
  /** Before and after, by host and configuration. */
  const moves = {
    [control]: {
      ...onEach,
      "api.port": [3000, 3200],
      "rob.port": [3001, 3201],
      "redis.port": [6379, 6380],
      "kes.port": [8080, 8081],
      "loki.port": [3100, 3101],
      "loki.grpcPort": [9095, 9096],
      "nginxExporter.port": [9113, 9114],
      "redisExporter.port": [9121, 9122],
    },
    [inference]: { ...onEach, "ollama.port": [11434, 11500] },
    [storage]: {
      ...onEach,
      "postgres.port": [5432, 5433],
      "prometheus.port": [9091, 9191],
      "grafana.port": [3000, 3300],
      "postgresExporter.port": [9187, 9188],
      "blackboxExporter.port": [9115, 9116],
    },
  } as const;
  const listening = async (mac: string) => {
    const places = await system().sh(mac, `netstat -an -p tcp | awk '$6 == "LISTEN" { print $4 }'`);
    return places.split("\n").map((place) => Number(/\d+$/.exec(place)?.[0]));
  };
  const processes = async () => {
    const listed = "launchctl list | awk '$1 != \"-\" && $3 ~ /^dev.groundwork/ { print $3, $1 }'";
    const each = names.map(async (mac) => (await system().sh(mac, listed)).split("\n").map((line) => `${mac} ${line}`));
    return (await Promise.all(each)).flat();
  };
  const states = () =>
    system().sh(
      storage,
      `curl -fsS http://${system().lab.address(storage)}:9191/api/v1/targets |
        jq -r '.data.activeTargets[] | .labels.job + " " + .health' | sort | uniq -c`,
    );

  test("other ports of everything behind the site, and another limit of the GPU: all who ask follow, and Nginx is only reloaded", async () => {
    // Somebody wrote one of them by hand before, and nothing was restarted.
    const conf = "/opt/homebrew/etc/postgresql/postgresql.conf";
    await system().sh(storage, `sed -i '' 's/^port = 5432/port = 5433/' ${conf}`);
    const before = await processes();
    const changes = Object.values(moves).flatMap((services) => Object.entries(services));
    await system().configure({
      ...Object.fromEntries(changes.map(([key, [, after]]) => [`services.${key}`, after])),
      "services.ollama.gpuWiredLimitMiB": 56000,
    });
    await system().up();

    for (const mac of names) {
      const ports = await listening(mac);
      for (const [key, [previous, next]] of Object.entries(moves[mac])) {
        expect([ports.includes(previous), ports.includes(next)], `${key} on ${mac}`).toEqual([false, true]);
        expect(await system().sh(mac, "pfctl -q -a dev.groundwork -s rules"), key).not.toMatch(
          new RegExp(`port = ${previous}\\b`),
        );
      }
    }
    expect(await system().sh(inference, "sysctl -n iogpu.wired_limit_mb")).toBe("56000");
    const after = await processes();
    expect(before.filter((daemon) => after.includes(daemon)).map((daemon) => daemon.replace(/ \d+$/, ""))).toEqual([
      `${control} dev.groundwork.nginx`,
    ]);

    expect(await health()).toMatchObject({
      hops: { postgres: { ok: true }, redis: { ok: true }, ollama: { ok: true } },
    });
    await system().sh(storage, "/etc/kes-ddc/seal -t wiki-knowledge-key");
    await system().sh(inference, "echo of-another-port >>/Library/Logs/groundwork/ollama.log");
    const logged = () => jobsOf(system().lab, control, "of-another-port", 3101);
    await expect.poll(logged, { timeout: 30_000, interval: 1000 }).toEqual([`${inference} daemons`]);
    await expect.poll(states, { timeout: 90_000, interval: 1000 }).not.toMatch(/down|unknown/);
    expect(await states()).toMatch(/3 alloy up/);
    await system().unchanged();
  });

  test("Grafana is behind the site, and asks Prometheus and Loki where they are now", async () => {
    const password = (await system().pulumi(["stack", "output", "grafanaPassword", "--show-secrets"])).output.trim();
    const site = `https://${system().lab.address(control)}`;
    const login = `curl -sk -o /dev/null -w '%{http_code}' -u "admin:${password}" ${site}/grafana/api/user`;
    expect(await system().sh(control, login)).toBe("200");
    const { output } = await system().pulumi(["stack", "output", "--json"]);
    expect(JSON.parse(output).endpoints.grafana).toContain(`${site}/grafana/ (admin`);
    const sources = await system().sh(storage, "cat /opt/homebrew/etc/grafana/datasources/groundwork.yaml");
    expect(sources).toContain(`http://${system().lab.address(storage)}:9191`);
    expect(sources).toContain(`http://${system().lab.address(control)}:3101`);
  });
}
