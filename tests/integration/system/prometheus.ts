import type { Deployed } from "../../support/deployed.ts";

interface Series {
  readonly result: {
    readonly metric: { readonly job: string; readonly host: string };
    readonly value: [number, string];
  }[];
}

/** Asks Prometheus' API on its own host, since the firewall lets nobody else ask. */
export const prometheusOf =
  (system: () => Deployed) =>
  async <Data>(path: string): Promise<{ data: Data }> => {
    const { lab } = system();
    const request = `exec 3<>/dev/tcp/${lab.address("storage")}/9091; printf 'GET /api/v1/%s HTTP/1.0\\r\\n\\r\\n' "$0" >&3; sed '1,/^\\r$/d' <&3`;
    return JSON.parse((await lab.run("storage", ["bash", "-c", request, path])).stdout);
  };

/** What a query answers: `JOB on HOST: VALUE` each. */
export const seriesOf = (system: () => Deployed) => {
  const ask = prometheusOf(system);
  return async (query: string): Promise<string[]> => {
    const { data } = await ask<Series>(`query?query=${encodeURIComponent(query)}`);
    return data.result.map(({ metric: { job, host }, value: [, value] }) => `${job} on ${host}: ${value}`).sort();
  };
};

interface Target {
  readonly scrapeUrl: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastScrape: string;
}

/** What Prometheus asks for metrics, and whether it gets them. */
export const targets = async (system: Deployed): Promise<Target[]> =>
  (await prometheusOf(() => system)<{ activeTargets: Target[] }>("targets")).data.activeTargets;
