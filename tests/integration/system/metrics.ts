import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { panels } from "../../../src/components/macminis/dashboards.ts";
import type { Deployed } from "../../support/deployed.ts";

const alerts = new URL("../../fixtures/prometheus/alerts.yml", import.meta.url);

/** What Prometheus says; asked on its own host, since the firewall lets nobody else ask. */
export function metrics(system: () => Deployed): void {
  async function ask<Data>(path: string): Promise<{ data: Data }> {
    const request = `exec 3<>/dev/tcp/${system().lab.address("storage")}/9091; printf 'GET /api/v1/%s HTTP/1.0\\r\\n\\r\\n' "$0" >&3; sed '1,/^\\r$/d' <&3`;
    return JSON.parse((await system().lab.run("storage", ["bash", "-c", request, path])).stdout);
  }

  test("it gets all metrics", async () => {
    const down = async () => {
      type Targets = { activeTargets: { scrapeUrl: string; health: string }[] };
      const { activeTargets } = (await ask<Targets>("targets")).data;
      expect(activeTargets.length).toBeGreaterThan(6);
      return activeTargets.filter(({ health }) => health !== "up").map(({ scrapeUrl }) => scrapeUrl);
    };
    await expect.poll(down, { timeout: 60_000, interval: 1000 }).toEqual([]);
  });

  test("it understands every alert, and each fires when it should", async () => {
    type Rules = { groups: { rules: { name: string; health: string }[] }[] };
    const rules = (await ask<Rules>("rules")).data.groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);

    const folder = "/tmp/alerts";
    await system().sh("storage", `mkdir -p ${folder}; cp /etc/prometheus/groundwork.rules.yml ${folder}`);
    await system().lab.run("storage", ["tee", `${folder}/alerts.yml`], { input: await readFile(alerts, "utf8") });
    await system().sh("storage", `promtool test rules ${folder}/alerts.yml`);
  });

  test("it understands every panel", async () => {
    for (const { title, expr } of Object.values(panels).flat()) {
      expect(await ask(`query?query=${encodeURIComponent(expr)}`), title).toMatchObject({ status: "success" });
    }
  });
}
