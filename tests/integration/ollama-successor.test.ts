// One line of the configuration names another model: what is in memory meanwhile, as Ollama tells it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { canRunLab, whyNoLab } from "../support/lab.ts";
import { type OllamaHost, ollamaHost } from "../support/ollama.ts";
import { type Project, startProject } from "../support/project.ts";

const first = "lab/stand-in-for-llama3.3:tiny";
const second = "lab/stand-in-for-qwen2.5:tiny";

/** Writes names in memory, `|`, and names on disk, many times a second. */
const watch = `names() { curl -s http://127.0.0.1:11434/api/$1 | grep -o '"name":"[^"]*"' | tr '\\n' ' '; }
while :; do echo "$(names ps)|$(names tags)"; sleep 0.02; done >/root/seen`;

describe.skipIf(!canRunLab)(`a model's successor ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let ollama: OllamaHost;
  let project: Project;

  beforeAll(async () => {
    ollama = await ollamaHost("test-ollama-next");
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await ollama?.stop();
  });

  const declare = (name: string) =>
    project.declare({
      hosts: { inference: { platform: "debian", address: "inference", user: "root", sshConfig: ollama.sshConfig } },
      resources: [
        {
          type: "groundwork:ollama:Model",
          name: "generation",
          args: { host: "inference", model: `${ollama.registry}/${name}`, insecure: true, resident: "always" },
        },
      ],
    });

  test("is pulled while the previous one stays, and loaded when that has left the memory", async () => {
    await declare(first);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await ollama.api("ps")).toContain(first);

    await ollama.shell(`systemd-run -q --unit watch-models sh -c '${watch.replaceAll("'", `'\\''`)}'`);
    await ollama.throttle(500_000);
    await declare(second);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await ollama.shell("systemctl stop watch-models");

    const seen = (await ollama.shell("cat /root/seen")).split("\n").slice(0, -1);
    const lines = seen.map((line) => line.split("|") as [memory: string, disk: string]);
    expect(lines.filter(([memory]) => memory.includes(first) && memory.includes(second))).toEqual([]);
    const pulling = lines.filter(([, disk]) => !disk.includes(second));
    expect(pulling.length).toBeGreaterThan(10);
    expect(pulling.filter(([memory]) => !memory.includes(first))).toEqual([]);

    expect(await ollama.api("ps")).toContain(second);
    expect(await ollama.api("tags")).not.toContain(first);
    const { output } = await project.succeed(["preview", "--expect-no-changes"]);
    expect(output).not.toContain("warning:"); // such as one that it is on no GPU, which this host does not have
  });
});
