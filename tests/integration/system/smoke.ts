import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import type { Deployed } from "../../support/deployed.ts";

interface Command {
  readonly urn: string;
  readonly inputs: { readonly create: string; readonly stdin: string; readonly environment: Record<string, string> };
}

/** What is broken on which host, how it is mended, and which smoke test fails for it, where. */
const breakages: readonly {
  what: string;
  host: string;
  breaks: string;
  mends: string;
  fails: Readonly<Record<string, string>>;
  says: RegExp;
}[] = [
  {
    what: "Redis wants another password",
    host: "control",
    breaks: redis("CONFIG SET requirepass another"),
    mends: redis('CONFIG SET requirepass "$password"', "another"),
    fails: { import: "redis", evaluate: "redis" },
    says: /WRONGPASS(.|\n)*look at the log of redis-server on control/,
  },
  {
    what: "Redis is stopped",
    host: "control",
    breaks: "systemctl stop redis-server",
    mends: "systemctl start redis-server",
    fails: { import: "redis", evaluate: "redis" },
    says: /ECONNREFUSED(.|\n)*look at the log of redis-server on control/,
  },
  {
    what: "PostgreSQL is stopped",
    host: "storage",
    breaks: "systemctl stop postgres",
    mends: "systemctl start postgres",
    fails: { import: "postgres" },
    says: /look at the log of PostgreSQL on storage/,
  },
  {
    what: "Ollama is stopped",
    host: "inference",
    breaks: "systemctl stop ollama",
    mends: "systemctl start ollama",
    fails: { embeddings: "embedding", score: "generation" },
    says: /look at the log of ollama on inference/,
  },
  {
    what: "Ollama refuses the first model, and the other answers",
    host: "inference",
    breaks: ollama("cp $primary kept") + ollama("rm $primary"),
    mends: ollama("cp kept $primary") + ollama("rm kept"),
    fails: { evaluate: "generation", score: "generation" },
    says: /not found(.|\n)*look at the log of ollama on inference/,
  },
  {
    what: "the API is stopped",
    host: "control",
    breaks: "systemctl stop sot-api-3000",
    mends: "systemctl start sot-api-3000",
    fails: { import: "api" },
    says: /answered 502(.|\n)*look at the log of sot-api-3000 on control/,
  },
  {
    what: "Nginx is stopped",
    host: "control",
    breaks: "systemctl stop nginx",
    mends: "systemctl start nginx",
    fails: { site: "nginx", score: "nginx" },
    says: /ECONNREFUSED(.|\n)*look at the log of nginx on control/,
  },
];

/** Smoke tests against a system of which one part fails: they fail too, and name it. */
export function smoke(system: () => Deployed): void {
  let commands: Command[];
  beforeAll(async () => {
    const state = JSON.parse(await system().run("pulumi", "stack", "export", "--stack", stackName));
    commands = (state as { deployment: { resources: Command[] } }).deployment.resources;
  });

  /** Runs a smoke test as the stack's command does, but without its patience. */
  const run = async (name: string) => {
    const command = commands.find(({ urn }) => urn.endsWith(`::smoke-${name}`));
    if (!command) throw new Error(`the stack has no smoke test ${name}`);
    const { create, stdin, environment } = command.inputs;
    const env = { ...environment, PATIENCE_SEC: "0" };
    const { exitCode, all } = await execa("sh", ["-c", create], { input: stdin, env, all: true, reject: false });
    return { exitCode, said: all };
  };

  test.each(breakages)(
    "$what: they fail there, and pass once it is mended",
    async ({ host, breaks, mends, fails, says }) => {
      await system().sh(host, breaks);
      try {
        for (const [name, hop] of Object.entries(fails)) {
          const { exitCode, said } = await run(name);
          expect([exitCode, said]).toEqual([1, expect.stringMatching(says)]);
          expect(said).toContain(`smoke test ${name} failed at ${hop}: `);
        }
      } finally {
        await system().sh(host, mends);
      }
      for (const name of Object.keys(fails)) {
        await expect.poll(() => run(name), { timeout: 60_000 }).toMatchObject({ exitCode: 0 });
      }
    },
  );
}

function redis(command: string, asked = "$password"): string {
  return `password=$(awk -F '"' '/^requirepass/ { print $2 }' /etc/redis/redis.conf)
[ "$(REDISCLI_AUTH="${asked}" redis-cli ${command})" = OK ]
`;
}

function ollama(command: string): string {
  return `export HOME=/root OLLAMA_HOST=$(hostname -I | cut -d ' ' -f 1)
primary=\${OLLAMA_HOST%.*}.2:5000/lab/stand-in-for-llama3.3:tiny
/opt/ollama/bin/ollama ${command}
`;
}
