import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, test } from "vitest";

import { panels } from "../../../src/components/macminis/dashboards.ts";
import type { Deployed } from "../../support/deployed.ts";
import { prometheusOf, seriesOf, targets } from "./prometheus.ts";

const alerts = new URL("../../fixtures/prometheus/alerts.yml", import.meta.url);

/** Not loaded here: no copies are declared. */
const copies = new URL("../../../templates/prometheus/copies.rules.yml", import.meta.url);

/** What Prometheus says. */
export function metrics(system: () => Deployed): void {
  const ask = prometheusOf(system);

  test("it gets all metrics", async () => {
    const down = async () => {
      const activeTargets = await targets(system());
      expect(activeTargets.length).toBeGreaterThan(6);
      return activeTargets.filter(({ health }) => health !== "up").map(({ scrapeUrl }) => scrapeUrl);
    };
    await expect.poll(down, { timeout: 60_000, interval: 1000 }).toEqual([]);
  });

  test("every service that is probed answers, and the certificate of KES is watched", async () => {
    const series = seriesOf(system);
    await expect
      .poll(() => series("probe_success").catch(String), { timeout: 60_000, interval: 1000 })
      .toEqual(["health on control: 1", "kes on inference: 1", "ollama on inference: 1", "site on control: 1"]);
    const month = (ends: string) => series(`${ends} - time() > bool 30 * 86400`);
    expect(await month('probe_ssl_earliest_cert_expiry{job="kes"}')).toEqual(["kes on inference: 1"]);
    const [memory] = panels.ollama.filter(({ title }) => title.startsWith("Memory"));
    expect((await series(memory?.expr ?? "")).map((line) => line.split(":")[0])).toEqual(["node on inference"]);
  });

  test("it knows when the certificate of PostgreSQL ends", async () => {
    const certificate = "$(runuser -u postgres -- psql -X -At -c 'SHOW ssl_cert_file')";
    const ends = await system().sh(
      "storage",
      `cd /; date -d "$(openssl x509 -noout -enddate -in "${certificate}" | cut -d= -f2)" +%s`,
    );
    const told = () =>
      seriesOf(system)('groundwork_certificate_end_timestamp_seconds{certificate="postgres"}').catch(String);
    await expect.poll(told, { timeout: 60_000, interval: 1000 }).toEqual([`node on storage: ${ends}`]);
  });

  test("it knows when the certificates of KES and its clients end, on the hosts that use them", async () => {
    const told = () =>
      seriesOf(system)(
        'count by (job, host) (groundwork_certificate_end_timestamp_seconds{certificate=~"kes.*"})',
      ).catch(String);
    await expect
      .poll(told, { timeout: 60_000, interval: 1000 })
      .toEqual(["node on control: 3", "node on inference: 2"]);
  });

  test("it understands every alert, and each fires when it should", async () => {
    type Rules = { groups: { rules: { name: string; health: string }[] }[] };
    const rules = (await ask<Rules>("rules")).data.groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);

    const folder = "/tmp/alerts";
    await system().sh("storage", `mkdir -p ${folder}; cp /etc/prometheus/*.rules.yml ${folder}`);
    for (const file of [alerts, copies]) {
      await system().lab.run("storage", ["tee", `${folder}/${basename(file.pathname)}`], {
        input: await readFile(file, "utf8"),
      });
    }
    await system().sh("storage", `promtool test rules ${folder}/alerts.yml`);
  });

  test("every panel shows something, but for the dump that was not made yet and the disks that a lab has not", async () => {
    const empty = async () => {
      const all = Object.entries(panels).flatMap(([board, list]) => list.map((panel) => ({ board, ...panel })));
      const shown = all.map(async ({ board, title, expr }) => {
        const { data } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expr)}`);
        return data.result.length > 0 ? [] : [`${board}: ${title}`];
      });
      return (await Promise.all(shown)).flat();
    };
    await expect
      .poll(empty, { timeout: 90_000, interval: 2000 })
      .toEqual(["hosts: Disk left", "postgresql: Age of the last dump"]);
  });
}
