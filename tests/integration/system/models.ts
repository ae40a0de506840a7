import { expect, test } from "vitest";

import { awayAtMost, type Deployed } from "../../support/deployed.ts";
import { post } from "./post.ts";

interface Model {
  readonly name: string;
  readonly digest: string;
}

/** Day 2 of the language models: their server moves, the model for incidents takes over, a name gets its weights anew. */
export function models(system: () => Deployed): void {
  const port = 11500;
  const server = () => `http://${system().lab.address("inference")}:${port}`;
  const curl = (path: string, ...words: string[]) =>
    system().sh("inference", `curl -sS --fail ${words.join(" ")} ${server()}${path}`);
  const listed = async (path: "tags" | "ps"): Promise<Model[]> => JSON.parse(await curl(`/api/${path}`)).models;
  const tagged = async (part: string) => (await listed("tags")).find(({ name }) => name.includes(part));
  const evaluate = async () =>
    (await post(system(), "/api/evaluate", { question: "When does the office close?" })).body;
  const reaches = async (to: number) => {
    const script = `timeout 3 bash -c '</dev/tcp/${system().lab.address("inference")}/${to}'`;
    return (await system().lab.run("control", ["sh", "-c", script])).exitCode === 0;
  };

  test("another port and context, and another port of Redis: the servers, the packet filter and all who ask them follow", async () => {
    await system().configure({
      "services.ollama.port": port,
      "services.ollama.contextLength": 512,
      "services.redis.port": 6380,
    });
    let said = "";
    const seconds = await system().away(async () => {
      said = await system().up();
    });
    expect(seconds).toBeLessThan(awayAtMost);
    for (const name of ["embeddings", "evaluate"])
      expect(said).toContain(`command:local:Command smoke-${name} replaced`);
    expect(await reaches(port)).toBe(true);
    expect(await reaches(11434)).toBe(false);
    expect((await listed("ps")).length).toBe(2);
    const environment = await system().sh(
      "inference",
      "tr '\\0' '\\n' </proc/$(systemctl show -P MainPID ollama)/environ",
    );
    expect(environment).toContain("OLLAMA_CONTEXT_LENGTH=512");
    await system().unchanged();
  });

  test("the other model takes over, pulled anew where its name stands for other weights; the whole is tested", async () => {
    const [primary, backup] = [await tagged("llama3.3"), await tagged("qwen2.5")];
    const copy = { source: primary?.name, destination: backup?.name };
    await curl("/api/copy", "-d", `'${JSON.stringify(copy)}'`);
    expect((await tagged("qwen2.5"))?.digest).toBe(primary?.digest);

    await system().configure({
      "services.ollama.models.primary.resident": "onDemand",
      "services.ollama.models.backup.resident": "always",
      "services.ollama.models.backup.pulls": 2,
    });
    expect(await system().up()).toContain("command:local:Command smoke-evaluate replaced");
    const { deployment } = JSON.parse((await system().pulumi(["stack", "export"])).output);
    const recorded = (name: string) =>
      deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${name}`));
    expect(recorded("ollama-model-backup").dependencies).toContain(recorded("ollama-model-primary").urn); // which leaves first
    expect((await tagged("qwen2.5"))?.digest).toBe(backup?.digest);
    expect((await listed("ps")).map(({ name }) => name)).toContainEqual(expect.stringContaining("qwen2.5"));
    expect(await evaluate()).toMatchObject({ model: expect.stringContaining("qwen2.5"), answer: "yes." });
    await system().unchanged();
  });
}
