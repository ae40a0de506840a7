import type { Api } from "../../src/components/macminis/api.ts";
import type { NginxProxy } from "../../src/components/macminis/nginx-proxy.ts";
import type { Ollama } from "../../src/components/macminis/ollama.ts";
import type { Reranker } from "../../src/components/macminis/reranker.ts";
import { type SmokeTestName, SmokeTests } from "../../src/components/macminis/smoke-tests.ts";
import type { Context } from "./context.ts";
import { template } from "./template.ts";

const generated: readonly SmokeTestName[] = ["evaluate", "score"];

/** Tests of the whole; those of the API need the models that it asks. */
export function smoke(
  { config: { services } }: Context,
  { api, nginx, models, ranking }: { api: Api; nginx: NginxProxy; models: Ollama; ranking: Reranker | undefined },
): SmokeTests {
  const { nginx: site, api: program, postgres, redis, ollama, reranker } = services;
  const uses = Object.values(ollama.models).map(({ use }) => use);
  const whole = [nginx.digest, api.digest, JSON.stringify(ollama), models.digest, ...(ranking ? [ranking.digest] : [])];
  const log = (daemon: string, host: string) => `the log of ${daemon} on ${host}`;
  const serving = log("ollama", ollama.host);
  const possible = (test: SmokeTestName): boolean =>
    test === "site" || (uses.includes("embedding") && (uses.includes("generation") || !generated.includes(test)));
  return new SmokeTests(
    "smoke",
    {
      site: nginx.url,
      authority: nginx.authority,
      program: template("smoke/smoke.mjs"),
      tests: Object.fromEntries(
        program.smokeTests.filter(possible).map((test) => [test, test === "site" ? [nginx.digest] : whole]),
      ),
      dimension: ollama.dimension,
      logs: {
        nginx: log("nginx", site.host),
        api: log(`sot-api-${program.port}`, program.host),
        postgres: log("PostgreSQL", postgres.host),
        redis: log("redis-server", redis.host),
        ollama: serving,
        embedding: serving,
        generation: serving,
        ...(reranker && { reranker: log("the reranker", reranker.host) }),
      },
    },
    { dependsOn: [nginx] },
  );
}
