import type { Deployed } from "../../support/deployed.ts";

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks the API behind Nginx, as its users do. */
export async function post(system: Deployed, path: string, body: unknown): Promise<Reply> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${system.site()}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
