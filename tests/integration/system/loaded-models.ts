import type { Deployed } from "../../support/deployed.ts";

/** How many models its server has in memory. */
export async function loadedModels(system: Deployed, host: string): Promise<number> {
  const answer = await system.sh(host, `curl -fsS http://${system.lab.address(host)}:11434/api/ps`);
  return (JSON.parse(answer) as { models: unknown[] | null }).models?.length ?? 0;
}
