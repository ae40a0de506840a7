// A resident model that is not on the GPU: a double of a Mac says that it has a chip of Apple's, and the real Ollama on it
// finds no GPU.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { installOn, programs, registry } from "../contract/ollama.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";
import { type Project, startProject } from "../support/project.ts";
import { script } from "../support/script.ts";

describe.skipIf(!canRunLab)(`a model and the GPU ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let project: Project;

  beforeAll(async () => {
    lab = await startLab("test-ollama-gpu", { hosts: ["mini"], system: "mac" });
    await programs(lab, "mini");
    await script(lab.ssh, "mini", installOn("launchd"), "-s");
    project = await startProject();
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  const model = `${registry}/lab/stand-in-for-llama3.3:tiny`;
  const declare = (args: object) =>
    project.declare({
      hosts: { mini: { platform: "darwin", address: "mini", user: "root", sshConfig: lab.sshConfig } },
      resources: [
        { type: "groundwork:ollama:Model", name: "llama", args: { host: "mini", model, insecure: true, ...args } },
      ],
    });
  const told = async (...args: string[]) => {
    const { output } = await project.succeed(args);
    return output.match(/^ +warning: mini: MM-03 \S+ is 0 % on the GPU and 100 % on the processor/gm)?.length ?? 0;
  };

  test("is told once it is loaded, by each later preview, and no more where it may leave the memory", async () => {
    await declare({ resident: "always" });
    expect(await told("preview")).toBe(0); // nothing is loaded yet
    expect(await told("up", "--yes", "--skip-preview")).toBe(1);
    expect(await told("preview", "--expect-no-changes")).toBe(1);
    await declare({ resident: "always", triggers: { server: "changed" } });
    expect(await told("up", "--yes", "--skip-preview")).toBe(1); // before and after are one warning
    await declare({ resident: "onDemand", triggers: { server: "changed" } });
    expect(await told("up", "--yes", "--skip-preview")).toBe(0);
  });
});
