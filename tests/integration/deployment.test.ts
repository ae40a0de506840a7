// The Mac Mini system on a lab: deployed, left alone, changed by hand, found by a plain preview, repaired.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { panels } from "../../src/components/macminis/dashboards.ts";
import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { prepareStack, stackName } from "../../tools/lab/stack.ts";
import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { plannedIn } from "../support/preview.ts";

const name = "test-deployment";

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
    script: "chown root /etc/redis/redis.conf",
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
    shows: { "postgres-extension": "create", "wiki-chunks-table": "create" },
  },
];

const title = canRunLab ? "the deployment" : `the deployment (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let lab: TestLab;
  const place = labNamed(name);

  beforeAll(async () => {
    lab = await startLab(name);
    await prepareStack(place);
  });
  afterAll(async () => lab?.stop());

  const pulumi = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { exitCode, all } = await execa(
      cliPath(),
      [...args, "--stack", stackName, "--non-interactive", "--color=never"],
      {
        cwd: root,
        env: { ...lab.env, PATH: `${cliFolder()}:${process.env["PATH"]}`, ...env },
        all: true,
        reject: false,
      },
    );
    return { exitCode, output: all };
  };
  const succeed = async (...args: string[]) => {
    const { exitCode, output } = await pulumi(args);
    expect(exitCode, output).toBe(0);
    return output;
  };
  const health = async () => {
    const answer = await fetch(`http://${lab.address("control")}/health`);
    return answer.status;
  };

  test("`up` deploys it, and it serves; a second `up` changes nothing", async () => {
    await succeed("up", "--yes", "--skip-preview");
    expect(await health()).toBe(200);
    await succeed("up", "--yes", "--expect-no-changes");
  });

  test("Prometheus gets all metrics, and understands every alert and every panel", async () => {
    // By its own host: the firewall lets nobody else ask.
    const request = `exec 3<>/dev/tcp/${lab.address("storage")}/9091; printf 'GET /api/v1/%s HTTP/1.0\\r\\n\\r\\n' "$0" >&3; sed '1,/^\\r$/d' <&3`;
    const ask = async (path: string): Promise<{ data: never }> =>
      JSON.parse((await lab.ssh("storage", ["bash", "-c", request, path])).stdout);
    const down = async () => {
      const { activeTargets }: { activeTargets: { scrapeUrl: string; health: string }[] } = (await ask("targets")).data;
      expect(activeTargets.length).toBeGreaterThan(6);
      return activeTargets.filter(({ health }) => health !== "up").map(({ scrapeUrl }) => scrapeUrl);
    };
    await expect.poll(down, { timeout: 60_000, interval: 1000 }).toEqual([]);

    const { groups }: { groups: { rules: { name: string; health: string }[] }[] } = (await ask("rules")).data;
    const rules = groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);

    const folder = "/tmp/alerts";
    await lab.ssh("storage", ["mkdir", "-p", folder]);
    await lab.ssh("storage", ["cp", "/etc/prometheus/groundwork.rules.yml", folder]);
    const cases = await readFile(new URL("../fixtures/prometheus/alerts.yml", import.meta.url), "utf8");
    await lab.ssh("storage", ["tee", `${folder}/alerts.yml`], { input: cases });
    const { exitCode, stdout, stderr } = await lab.ssh("storage", [
      "promtool",
      "test",
      "rules",
      `${folder}/alerts.yml`,
    ]);
    expect(exitCode, stdout + stderr).toBe(0);

    for (const { title, expr } of Object.values(panels).flat()) {
      const answer = await ask(`query?query=${encodeURIComponent(expr)}`);
      expect(answer, title).toMatchObject({ status: "success" });
    }
  });

  test("KES lets each agent do what its policy says, and nothing else", async () => {
    const seal = async (host: string, agent: string, ...words: string[]) => {
      const { exitCode, stderr } = await lab.ssh(host, [`/etc/kes-${agent}/seal`, ...words]);
      return { exitCode, stderr };
    };
    expect(await seal("storage", "ddc", "-t", "wiki-knowledge-key")).toEqual({ exitCode: 0, stderr: "" });
    expect(await seal("control", "sot-query-agent", "-t", "wiki-knowledge-key")).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("KES did not encrypt with wiki-knowledge-key"),
    });
    expect((await succeed("stack", "output", "--json")).trim()).toContain(`https://${lab.address("inference")}:8080`);
  });

  test("a declared peer reaches PostgreSQL, and no other host does", async () => {
    const reach = async (from: string, port: number) => {
      const script = `timeout 3 bash -c '</dev/tcp/${lab.address("storage")}/${port}'`;
      return (await lab.ssh(from, ["sh", "-c", script])).exitCode === 0;
    };
    expect(await reach("control", 5432)).toBe(true);
    expect(await reach("inference", 5432)).toBe(false);
    expect(await reach("inference", 9091)).toBe(false);
    expect(await reach("inference", 22)).toBe(true);
  });

  test("every change by hand is found by a plain preview, at its property", async () => {
    for (const { host, script } of drifts) {
      const { exitCode, stderr } = await lab.ssh(host, ["sh", "-s"], { input: script });
      expect(exitCode, `${script}: ${stderr}`).toBe(0);
    }
    const output = await succeed("preview");
    const planned = plannedIn(output);
    for (const [resource, property] of drifts.flatMap(({ shows }) => Object.entries(shows))) {
      const { operation, properties } = planned.get(resource) ?? { operation: "nothing", properties: [] };
      expect([operation, ...properties], `${resource} in:\n${output}`).toContain(property);
    }
  });

  test("`up` repairs all of it, and it serves again", async () => {
    await succeed("up", "--yes", "--skip-preview");
    expect(await health()).toBe(200);
    await succeed("preview", "--expect-no-changes");
  });

  test.each([
    [
      "an unknown key",
      (text: string) =>
        text.replace("retentionDays", "retentionDay").replace("port: 80\n", "port: 80\n      prot: 81\n"),
      /groundwork:services\.nginx\.prot/,
    ],
    [
      "a wrong type",
      (text: string) => text.replace("port: 3000", "port: many"),
      /groundwork:services\.api\.port.*many/,
    ],
    ["a port used twice", (text: string) => text.replace("port: 6379", "port: 3000"), /3000.*control|control.*3000/],
    [
      "a secret in plain text",
      (text: string) =>
        text.replace(
          "  groundwork:rotation:",
          "  groundwork:secrets:\n    redis: given-in-plain\n  groundwork:rotation:",
        ),
      /groundwork:secrets\.redis.*/,
    ],
  ])("%s in the configuration is one clear error before any host is asked", async (_, change, said) => {
    const changed = join(lab.folder, "changed.yaml");
    await writeFile(changed, change(await readFile(labFiles(place).config, "utf8")));
    const { exitCode, output } = await pulumi(["preview"], { PULUMI_OPTION_CONFIG_FILE: changed });
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(said);
    expect(output).not.toContain("given-in-plain");
  });
});

function psql(query: string, database = "postgres"): string {
  return `cd / && runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1 -d ${database} -c '${query}'\n`;
}
