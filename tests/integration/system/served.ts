import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";
import { loadedModels } from "./loaded-models.ts";
import { post } from "./post.ts";

/** What users, agents and hosts get of it, and what they do not. */
export function served(system: () => Deployed): void {
  const get = (path: string, init?: RequestInit) => fetch(`${system().site()}${path}`, init);

  test("the site is a page, and every part behind the API answers", async () => {
    const page = await get("/");
    expect(await page.text()).toContain("Project SOT");
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
    });
    const { hops } = (await (await get("/health")).json()) as { hops: Record<string, { ok: boolean }> };
    expect(hops).toMatchObject({ postgres: { ok: true }, redis: { ok: true }, ollama: { ok: true } });
  });

  test("a text that was imported is found for a question, which the model answers", async () => {
    const stored = await post(system(), "/api/import", { texts: ["The office closes at six."] });
    expect(stored).toMatchObject({ status: 201, body: { dimension: 768 } });
    const asked = await post(system(), "/api/evaluate", { question: "When does the office close?" });
    expect(asked).toMatchObject({
      status: 200,
      body: { answer: "yes.", chunks: [{ body: "The office closes at six." }], cached: false },
    });
    const scored = await post(system(), "/api/evaluate/score", { question: "Is it open?", answer: "No." });
    expect(scored).toMatchObject({ status: 200, body: { score: expect.any(Number) } });
  });

  test("the resident models are loaded again after their server was restarted", async () => {
    const server = `http://${system().lab.address("inference")}:11434`;
    expect(await loadedModels(system(), "inference")).toBe(2);
    await system().sh(
      "inference",
      `systemctl restart ollama; until curl -fs ${server}/api/version; do sleep 0.2; done`,
    );
    await system().sh("inference", "systemctl start ollama-residents");
    expect(await loadedModels(system(), "inference")).toBe(2);
  });

  test("too large a body is refused, too many requests too; the log is JSON", async () => {
    const large = await get("/api/import", { method: "POST", body: "x".repeat(11 * 1024 * 1024) });
    expect(large.status).toBe(413);
    const many = await Promise.all(Array.from({ length: 90 }, () => get("/api/nothing").then(({ status }) => status)));
    expect(new Set(many)).toEqual(new Set([404, 429]));
    const line = JSON.parse(await system().sh("control", "tail -n 1 /var/log/nginx/access.log"));
    expect(line).toMatchObject({ path: "/api/nothing", client: expect.stringMatching(/^[\d.]+$/) });
  });

  test("metrics are for the host of Prometheus, and for nobody else", async () => {
    expect((await get("/metrics")).status).toBe(403);
    const curl = (url: string) => system().sh("control", `curl -s ${url}`);
    expect(await curl(`${system().site()}/metrics`)).toContain('api_request_seconds_bucket{route="/health"');
    expect(await curl("http://127.0.0.1/nginx_status")).toContain("Active connections");
  });

  test("a declared peer reaches PostgreSQL, and no other host does", async () => {
    const { lab } = system();
    const reach = async (from: string, port: number) => {
      const script = `timeout 3 bash -c '</dev/tcp/${lab.address("storage")}/${port}'`;
      return (await lab.run(from, ["sh", "-c", script])).exitCode === 0;
    };
    expect(await reach("control", 5432)).toBe(true);
    expect(await reach("inference", 5432)).toBe(false);
    expect(await reach("inference", 9091)).toBe(false);
    expect(await reach("inference", 22)).toBe(true);
  });
}
