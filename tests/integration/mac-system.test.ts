// The Mac Mini system on three Mac-like lab hosts (doubles of macOS): deployed, asked, changed by hand, found, repaired, moved
// to another port, removed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { stackName } from "../../tools/lab/stack.ts";
import { asUsers, type Deployed, deployed } from "../support/deployed.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { jobsOf } from "../support/loki.ts";
import { macs, macsConfiguration } from "../support/macs.ts";
import { plannedIn } from "../support/preview.ts";
import { firstPreview } from "./system/first-preview.ts";
import { loadedModels } from "./system/loaded-models.ts";
import { otherPorts } from "./system/other-ports.ts";

const [control, inference, storage] = macs;
const brew = "/opt/homebrew";

/** One of the user's own. */
const redisPassword = `Of"quotes'and\\x41\\\\more7421`;

/** Changed by hand: where, how, and what a plain preview shows of which resource. */
const drifts: readonly (readonly [host: string, script: string, resource: string, property: string])[] = [
  [control, "launchctl bootout system/dev.groundwork.redis-server", "redis-daemon", "running"],
  [control, `echo '# more' >>${brew}/etc/nginx/nginx.conf`, "nginx-configuration", "files"],
  [control, "pmset -a sleep 10", "mac-mini-1-settings-power", "sleep"],
  [inference, "sysctl iogpu.wired_limit_mb=0", "ollama-gpu-limit", "value"],
  [
    inference,
    `sudo -n -H -u operator ${brew}/bin/brew uninstall node_exporter`,
    "node-exporter-mac-mini-2-packages",
    "packages",
  ],
  [
    storage,
    `sed -i '' 's/^port = 5432/port = 5433/' ${brew}/etc/postgresql/postgresql.conf`,
    "postgres-configuration",
    "files",
  ],
  [
    storage,
    "sed -i '' s/30d/31d/ /Library/LaunchDaemons/dev.groundwork.prometheus.plist",
    "prometheus-daemon",
    "edits",
  ],
  [storage, "pfctl -q -a dev.groundwork -F rules", "mac-mini-3-firewall-rules", "rules"],
];

const nodeExporter = `${brew}/opt/node_exporter/bin/node_exporter`;
/** What no restart cures: mended by hand after the preview has shown it. */
const crashLoop = {
  made: `mv ${nodeExporter} ${nodeExporter}.whole; printf '#!/bin/sh\\nexit 1\\n' >${nodeExporter}; chmod 755 ${nodeExporter}
launchctl kickstart -k system/dev.groundwork.prometheus-node-exporter; sleep 1`,
  drift: [storage, "", "node-exporter-mac-mini-3-daemon", "running"],
  mended: `mv ${nodeExporter}.whole ${nodeExporter}`,
} as const;

/** What a deployment could leave behind besides data and whose it is, authorities among it, the name of the host, and configuration of packages. */
const traces = `
launchctl list | awk '{ print $3 }' | sort
ls /Library/LaunchDaemons /opt
ls /private/etc | grep -vE '^(kes|groundwork-authority)$'
ls ${brew}/Cellar
dscl . -list /Users NFSHomeDirectory | while read -r user home; do
  [ -n "$(find "$home" -user "$user" -prune -print 2>/dev/null)" ] || echo "$user"
done
dscl . -list /Groups PrimaryGroupID | while read -r group gid; do
  dscl . -list /Users PrimaryGroupID | grep -q " $gid$" || echo "$group"
done
grep -v '# groundwork: this host$' /etc/hosts
cat /etc/pf.conf
pfctl -q -a dev.groundwork -s rules
`;

describe.skipIf(!canRunLab)(`the Macs ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let system: Deployed;
  const before: Record<string, string> = {};

  beforeAll(async () => {
    system = await deployed("test-macs", { hosts: macs, system: "mac" }, macsConfiguration);
    await system.run(
      "pulumi",
      ...["config", "set", "--stack", stackName, "--secret", "--path", "groundwork:secrets.redis"],
      redisPassword,
    );
    for (const mac of macs) before[mac] = await system.sh(mac, traces);
  });
  afterAll(async () => system?.lab.stop());

  const address = (mac: string) => system.lab.address(mac);
  const state = (mac: string, daemon: string) =>
    system.sh(mac, `launchctl print system/dev.groundwork.${daemon} | sed -n 's/^\tstate = //p'`);
  const psql = (sql: string) =>
    system.sh(
      storage,
      `cd /; sudo -n -u _postgres ${brew}/opt/postgresql@17/bin/psql -XAtq -h ${brew}/var/postgresql -d projectsot -c "${sql}"`,
    );
  /** Asked from another host, as users do. */
  const asked = async (site: string, path: string) => {
    const authority = await system.sh(storage, "cat /etc/groundwork-authority/ca.crt");
    const script = `printf '%s' '${authority}' >/tmp/ca.crt; curl -fsS --cacert /tmp/ca.crt https://${address(site)}${path}`;
    return system.sh(inference, script);
  };
  const health = async () => JSON.parse(await asked(control, "/health"));
  const healthy = { hops: { postgres: { ok: true }, redis: { ok: true }, ollama: { ok: true } } };

  test("a first preview shows all as new; `up` deploys it, and then nothing more is expected", async () => {
    await firstPreview(system);
    const { exitCode, output } = await system.pulumi(["up", "--yes", "--skip-preview"], asUsers);
    expect(exitCode, output).toBe(0);
    const took = [...output.matchAll(/warning: \S+?\/(\S+?)\/.* taken over/g)].map(([, kind]) => kind);
    expect(new Set(took), "what formulae brought is nobody's work").toEqual(new Set(["hostname", "power"]));
    await system.unchanged();
  });

  test("site, APIs and cache serve on the first", async () => {
    expect(await health()).toMatchObject(healthy);
    for (const daemon of ["nginx", "sot-api-3000", "redis-server", "kes", "prometheus-node-exporter"]) {
      expect(await state(control, daemon), daemon).toBe("running");
    }
    expect(JSON.parse(await asked(control, "/rob/agents"))).toMatchObject({ path: "/agents", database: true });
    const ping = `IFS= read -r REDISCLI_AUTH <<'WORD'
${redisPassword}
WORD
export REDISCLI_AUTH; ${brew}/opt/redis/bin/redis-cli -h 127.0.0.1 ping`;
    expect(await system.sh(control, ping)).toBe("PONG");
  });

  test("models answer on the second, and its GPU may wire what is declared", async () => {
    const model = `${system.lab.subnet.replace(/0\/24$/, "2")}:5000/lab/stand-in-for-nomic-embed-text:tiny`;
    const ask = `curl -fsS http://${address(inference)}:11434/api/embed -d '{"model":"${model}","input":"test"}'`;
    expect(await system.sh(control, `${ask} | jq '.embeddings[0] | length'`)).toBe("768");
    expect(await system.sh(inference, "sysctl -n iogpu.wired_limit_mb")).toBe("57344");
  });

  test("at boot Ollama waits for what its GPU may wire", async () => {
    const listens = `nc -z ${address(inference)} 11434`;
    const restarted = "sysctl iogpu.wired_limit_mb=0; launchctl kickstart -k system/dev.groundwork.ollama; sleep 3";
    await system.sh(inference, `${restarted}; ! ${listens}`);
    await system.sh(inference, `sysctl iogpu.wired_limit_mb=57344; until ${listens}; do sleep 0.2; done`);
  });

  test("the database has vectors of a pgvector that was built there, and metrics are whole", async () => {
    expect(await psql("SELECT '[3,4]'::vector <-> '[0,0]'")).toBe("5");
    expect(await psql("SHOW data_checksums")).toBe("on");
    expect(await system.sh(storage, `ls ${brew}/Cellar`)).not.toContain("pgvector");
    const targets = `curl -fsS http://${address(storage)}:9091/api/v1/targets | jq -r '.data.activeTargets[] | .health'`;
    await expect
      .poll(() => system.sh(storage, `${targets} | sort | uniq`), { timeout: 60_000, interval: 1000 })
      .toBe("up");
    const exporters = `curl -fsSG http://${address(storage)}:9091/api/v1/query --data-urlencode 'query={__name__=~"(nginx|pg|redis)_up"}' |
      jq -r '.data.result[] | .metric.__name__ + " " + .value[1]' | sort`;
    await expect
      .poll(() => system.sh(storage, exporters), { timeout: 60_000, interval: 1000 })
      .toBe("nginx_up 1\npg_up 1\nredis_up 1");
  });

  test("what daemons of all Macs and Nginx write comes to Loki, and Grafana takes its password", async () => {
    await system.sh(inference, "echo of-the-second >>/Library/Logs/groundwork/ollama.log");
    await system.sh(storage, "echo of-the-third >>/Library/Logs/groundwork/prometheus.log");
    await health();
    const told = [
      ["of-the-second", "mac-mini-2 daemons"],
      ["of-the-third", "mac-mini-3 daemons"],
      ['"path":"/health"', "mac-mini-1 nginx"],
    ] as const;
    for (const [words, job] of told) {
      await expect.poll(() => jobsOf(system.lab, control, words), { timeout: 30_000, interval: 1000 }).toEqual([job]);
    }
    const user = `http://${address(storage)}:3000/grafana/api/user`;
    const password = await system.pulumi(["stack", "output", "grafanaPassword", "--show-secrets"]);
    const login = (word: string) =>
      system.sh(storage, `curl -s -o /dev/null -w '%{http_code}' -u "admin:${word}" ${user}`);
    expect([await login("admin"), await login(password.output.trim())]).toEqual(["401", "200"]);
    expect(
      await system.sh(storage, `stat -f '%Su %Lp' ${brew}/etc/grafana/admin-password ${brew}/var/grafana/grafana.db`),
    ).toBe("_grafana 600\n_grafana 644");
  });

  test("pf lets in whom the model names", async () => {
    const rules = await system.sh(storage, "pfctl -q -a dev.groundwork -s rules");
    expect(rules).toContain(`proto tcp from ${address(control)} to any port = postgresql`);
    const reach = async (from: string, port: number) =>
      (await system.lab.run(from, ["nc", "-z", "-w", "3", address(storage), String(port)])).exitCode === 0;
    expect([await reach(control, 5432), await reach(inference, 5432)]).toEqual([true, false]);
  });

  test("a file is sealed by KES; a dump is fetched, and its host's metrics tell when", async () => {
    await system.sh(storage, "/etc/kes-ddc/seal -t wiki-knowledge-key");
    await system.sh(control, "launchctl kickstart system/dev.groundwork.postgres-backup");
    const metrics = `curl -fsS http://${address(control)}:9100/metrics | grep '^groundwork_backup_size_bytes'`;
    await expect
      .poll(() => system.sh(control, `${metrics} || :`), { timeout: 60_000, interval: 1000 })
      .toMatch(/ [1-9]/);
    expect(await system.sh(control, "ls /var/backups/postgres")).toMatch(/projectsot-\w+\.dump/);
  });

  test("one job rotates logs, the requests to Nginx among them, and Nginx writes on", async () => {
    expect(await system.sh(control, "ls /Library/LaunchDaemons | grep -i log")).toBe(
      "dev.groundwork.log-rotation.plist",
    );
    const log = "/Library/Logs/groundwork/nginx-access.log";
    await system.sh(control, `head -c 11000000 /dev/zero | tr '\\0' '#' >>${log}`);
    await system.sh(control, "launchctl kickstart system/dev.groundwork.log-rotation");
    await expect
      .poll(() => system.sh(control, `[ -f ${log}.0.gz ] && wc -c <${log} | tr -d ' '`).catch(String), {
        timeout: 30_000,
      })
      .toBe("0");
    await health();
    expect(JSON.parse(await system.sh(control, `cat ${log}`))).toMatchObject({ path: "/health", status: 200 });
  });

  test("every change by hand is found by a plain preview, at its property, and repaired", async () => {
    for (const [mac, script] of drifts) await system.sh(mac, script);
    await system.sh(storage, crashLoop.made);
    const { output } = await system.pulumi(["preview"]);
    await system.sh(storage, crashLoop.mended);
    const planned = plannedIn(output);
    for (const [, , resource, property] of [...drifts, crashLoop.drift]) {
      const { operation, properties } = planned.get(resource) ?? { operation: "nothing", properties: [] };
      expect([operation, ...properties], `${resource} in:\n${output}`).toContain(property);
    }
    await system.up();
    expect(await health()).toMatchObject(healthy);
    await system.unchanged();
  });

  test("after a reboot of all everything serves again as declared", async () => {
    await system.offAndOn();
    await expect.poll(() => health().catch(String), { timeout: 120_000, interval: 1000 }).toMatchObject(healthy);
    const resident = () => loadedModels(system, inference);
    await expect.poll(resident, { timeout: 120_000, interval: 1000 }).toBe(2); // a daemon asks each minute
    await system.unchanged();
  });

  test("the nightly dump, which another Mac fetches, brings the data back", async () => {
    await psql("CREATE TABLE kept AS SELECT 'before' AS text");
    await system.sh(control, "sleep 1; launchctl kickstart system/dev.groundwork.postgres-backup");
    const newest = "ls /var/backups/postgres/*.dump | tail -n 1";
    const listed = `pg_restore --list "$(${newest})" | grep -c 'TABLE DATA public kept' || :`;
    await expect
      .poll(() => system.sh(control, `PATH=${brew}/opt/postgresql@17/bin:$PATH; ${listed}`), { timeout: 30_000 })
      .toBe("1");
    await psql("DROP TABLE kept");
    await system.run("bin/groundwork", "restore", "--stack", stackName);
    expect(await psql("SELECT text FROM kept")).toBe("before");
    expect(await health()).toMatchObject(healthy);
    await system.unchanged();
  });

  describe("day 2 of the rest", () => otherPorts(() => system, macs, health));

  test("destroyed, it leaves nothing but data", async () => {
    const { exitCode, output } = await system.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode, output).toBe(0);
    for (const mac of macs) {
      expect(await system.sh(mac, traces), mac).toBe(before[mac]);
      expect(await system.sh(mac, "find / -xdev ! -path '/opt/mac-like/*' \\( -nouser -o -nogroup \\)"), mac).toBe("");
    }
    expect(await system.sh(storage, `ls ${brew}/var/postgresql/17/groundwork/PG_VERSION`)).toMatch(/PG_VERSION$/);
    expect(await system.sh(control, "ls /var/backups/postgres")).toMatch(/\.dump/);
  });
});
