// The node as a container, by a real engine of this machine (DOCKER_HOST, or its usual place): what the component tells the
// host to run is run here. The image holds the double of the node, and comes from a real registry.
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { contained } from "../../../src/components/macminis/ddc-container.ts";
import { dockerObstacle } from "../../../tools/lab/requirements.ts";
import { ensureRegistry } from "../../../tools/model-registry/install.ts";
import { type Serving, serveHere } from "../../../tools/model-registry/serve.ts";
import { root } from "../../../tools/toolchain/places.ts";
import { record } from "../record.ts";

const perl = "/usr/lib/x86_64-linux-gnu/perl-base";
const obstacle =
  dockerObstacle() ?? (existsSync(perl) ? "" : "its image is made of Debian's perl-base, which is not here");
const registry = "127.0.0.1:5055";
const port = 9099;

describe.skipIf(obstacle !== "")(`the DDC node as a container (needs an engine) ${obstacle}`, () => {
  let folder: string;
  let serving: Serving;
  let running: ResultPromise | undefined;
  let host: { check: string[]; command: string[]; program: string; arguments: string[] };

  const docker = async (...words: string[]) => (await execa("docker", words)).stdout.trim();
  const code = async ([program = "", ...words]: string[]) => (await execa(program, words, { reject: false })).exitCode;
  const asked = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, init).catch(() => undefined);
    return answer?.text();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "groundwork-container-"));
    await mkdir(join(folder, "data"));
    await chmod(folder, 0o755);
    await chmod(join(folder, "data"), 0o777);
    await ensureRegistry();
    serving = await serveHere(registry, join(folder, "registry"));
    const script = `mkdir "$0"; cp -rL --parents /usr/bin/perl ${perl} $(ldd /usr/bin/perl | grep -o '/[^ ]*') "$0"
cp "$1" "$0"; chmod -R a+rX "$0"; tar -c -C "$0" . | docker import - "$2"`;
    const words = [join(folder, "image"), join(root, "tests/fixtures/ddc/ddc"), `${registry}/ddc`];
    await execa("sh", ["-c", script, ...words]);
    await docker("push", `${registry}/ddc`);
    const image = await docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", `${registry}/ddc`);
    await docker("rmi", `${registry}/ddc`);

    const { registered, result } = await record(() =>
      contained(
        "ddc",
        {
          endpoint: { host: "storage", platform: "debian", address: "127.0.0.1", port },
          memoryMiB: 64,
          container: { image, args: ["/ddc"], env: {}, dataDir: "/data" },
          software: { daemon: "groundwork-test-ddc", user: "nobody", state: join(folder, "data") },
          environment: { PORT: String(port) },
        },
        {},
      ),
    );
    const { inputs } = registered.find(({ name }) => name === "ddc-image")!;
    const here = (words: string[]) => words.map((word) => (word === "/usr/bin/docker" ? "docker" : word));
    const { check, command } = inputs as { check: string[]; command: string[] };
    host = { ...result.job, arguments: here(result.job.arguments), check: here(check), command: here(command) };
  }, 120_000);
  afterAll(async () => {
    running?.kill();
    await execa("docker", ["rm", "--force", "groundwork-test-ddc"], { reject: false });
    await execa("docker", ["rmi", ...(host?.check.filter((word) => word.startsWith(registry)) ?? [])], {
      reject: false,
    });
    await serving?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("an image that is not there is pulled by its digest; an engine that is away is no answer", async () => {
    expect(await code(host.check)).toBe(1);
    expect(await code(host.command)).toBe(0);
    expect(await code(host.check)).toBe(0);
    expect(
      await code(host.check.flatMap((word) => (word === "env" ? [word, "DOCKER_HOST=unix:///none"] : [word]))),
    ).toBe(2);
  }, 60_000);

  test("it serves on the host's own network as the account, with what it may use, and its data outlive it", async () => {
    const start = () => {
      running = execa(host.program, host.arguments, { reject: false });
    };
    start();
    await expect.poll(() => asked(""), { timeout: 30_000 }).toBe("");
    await asked("a.sealed", { method: "PUT", body: "sealed" });
    const shown = await docker(
      "inspect",
      "groundwork-test-ddc",
      "--format",
      "{{.HostConfig.NetworkMode}} {{.HostConfig.Memory}} {{.HostConfig.CapDrop}}",
    );
    expect(shown).toBe(`host ${64 * 2 ** 20} [ALL]`);
    expect((await execa("stat", ["-c", "%U", join(folder, "data/a.sealed")])).stdout).toBe("nobody");

    running?.kill("SIGKILL"); // its container goes on, under the name
    start();
    await expect.poll(() => asked("a.sealed"), { timeout: 30_000 }).toBe("sealed");
    expect(
      (await docker("ps", "--filter", "name=groundwork-test-ddc", "--format", "{{.Names}}")).split("\n"),
    ).toHaveLength(1);

    running?.kill("SIGTERM");
    const left = () => docker("ps", "--all", "--filter", "name=groundwork-test-ddc", "--format", "{{.Names}}");
    await expect.poll(left, { timeout: 20_000 }).toBe("");
  }, 120_000);
});
