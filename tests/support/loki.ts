import type { TestLab } from "./lab.ts";

/** Hosts and jobs of which Loki on a host has lines with these words, its own of being asked for them left out. */
export async function jobsOf(lab: TestLab, host: string, words: string, port = 3100): Promise<string[]> {
  const url = `http://${lab.address(host)}:${port}/loki/api/v1/query_range`;
  const query = `query={host=~".+"} |= ${JSON.stringify(words)} != "query="`;
  const { stdout } = await lab.run(host, ["curl", "-fsSG", url, "--data-urlencode", query]);
  const { data } = JSON.parse(stdout) as { data: { result: { stream: { host: string; job: string } }[] } };
  return [...new Set(data.result.map(({ stream }) => `${stream.host} ${stream.job}`))].sort();
}
