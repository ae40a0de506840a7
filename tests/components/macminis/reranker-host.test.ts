// The rerank server as the component makes it: Python, pip and systemd of a lab host, by the real engine. infinity_emb,
// which brings gigabytes along, is a double.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../../../tools/toolchain/places.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { type Project, startProject } from "../../support/project.ts";
import { pythonBase } from "../../support/python.ts";
import { script } from "../../support/script.ts";

const host = "inference";
const environments = "cd /opt/infinity && ls -d */";

const systems = {
  debian: {
    base: pythonBase,
    platform: "debian",
    user: "infinity",
    owners: "stat -c '%U %a'",
    definition: "/etc/systemd/system/infinity.service",
  },
  mac: {
    base: async () => undefined,
    platform: "darwin",
    user: "_infinity",
    owners: "stat -f '%Su %Lp'",
    definition: "/Library/LaunchDaemons/dev.groundwork.infinity.plist",
  },
} as const;

const program = `
import { readFileSync } from "node:fs";
import { Reranker } from "${root}/src/components/macminis/reranker.ts";
import { Provider } from "${root}/src/components/provider.ts";

const { hosts, args } = JSON.parse(readFileSync("reranker.json", "utf8"));
const reranker = new Reranker("reranker", args, { providers: [new Provider("hosts", { hosts })] });
export const { url, apiKey } = reranker;
`;

const title = `the rerank server on a lab host, %s ${whyNoLab && `(skipped: ${whyNoLab})`}`;
describe.skipIf(!canRunLab).each(["debian", "mac"] as const)(title, (system) => {
  const { base, platform, user, owners, definition } = systems[system];
  let lab: TestLab;
  let project: Project;
  let rotation = 1; // of its key
  let port = 7997;

  const shell = (text: string) => script(lab.run, host, text, "-s");
  const declare = async (version: string, requirements = "infinity-emb==0.0.0\n", revision?: string) => {
    const hosts = { [host]: { platform, address: host, user: "root", sshConfig: lab.sshConfig } };
    const endpoint = { host, platform, address: lab.address(host), port };
    const args = { endpoint, model: "owner/name", revision, version, requirements, apiKey: { rotation } };
    await writeFile(join(project.folder, "reranker.json"), JSON.stringify({ hosts, args }));
  };
  const up = () => project.succeed(["up", "--yes", "--skip-preview"]);
  const unchanged = () => project.succeed(["preview", "--expect-no-changes"]);
  const served = async () => JSON.parse(await shell(`curl -sS http://${lab.address(host)}:${port}/version`)) as unknown;

  beforeAll(async () => {
    lab = await startLab(`test-reranker-${system}`, { hosts: [host], system, base: await base(), fresh: true });
    await lab.copy(join(root, "tests/fixtures/infinity-double.py"), host, "/tmp/infinity-double.py");
    await shell(`mkdir -p /opt/wheels && cd /opt/wheels && python3 /tmp/infinity-double.py 0.0.1 0.0.2 0.0.3
printf '[global]\\nno-index = true\\nfind-links = /opt/wheels\\n' >/etc/pip.conf`);
    project = await startProject({ program });
    await declare("0.0.1");
  });
  afterAll(async () => {
    await project?.remove();
    await lab?.stop();
  });

  test("is installed by root, runs as an account of its own, and answers who has the key", async () => {
    await up();
    expect(await served()).toEqual({ version: "0.0.1", user });
    expect(await shell(`${environments}; ${owners} /opt/infinity */`)).toMatch(/^[0-9a-f]{12}\/\nroot 755\nroot 755$/);
    await unchanged();
  });

  test("root runs nothing of what was installed", async () => {
    expect(await shell("ls /tmp/started-by-*")).toMatch(/^\/tmp\/started-by-[1-9]\d*$/);
  });

  test("another version takes its place, with another key and port; the old one is refused, and nothing of the old version stays", async () => {
    const key = async () => (await project.succeed(["stack", "output", "apiKey", "--show-secrets"])).output.trim();
    const before = await key();
    const status = (word: string) =>
      shell(
        `curl -sS -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer ${word}' -d '{"documents":["a"]}' http://${lab.address(host)}:${port}/rerank`,
      );
    expect(await status(before)).toBe("200");
    [rotation, port] = [2, 7998];
    await declare("0.0.2");
    await up();
    expect(await served()).toMatchObject({ version: "0.0.2" });
    expect([await status(before), await status(await key())]).toEqual(["401", "200"]);
    expect(await shell(`curl -sS http://${lab.address(host)}:7997/version 2>&1 || :`)).toContain("onnect");
    expect((await shell(environments)).split("\n")).toHaveLength(1);
    await unchanged();
  });

  if (system === "debian")
    describe("what goes wrong", () => {
      test("an installation that was cut off is finished by the next run", async () => {
        await shell(`${environments} | while read -r each; do rm -r "$each"lib/python3*/site-packages/infinity_emb; done
rm /opt/infinity/*/lib/python3*/site-packages/requirements.txt && systemctl stop infinity`);
        await up();
        expect(await served()).toMatchObject({ version: "0.0.2" });
      });

      test("a version that cannot be installed leaves the old one serving", async () => {
        const before = await shell(environments);
        await declare("0.0.9");
        const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview"]);
        expect(exitCode).not.toBe(0);
        expect(output).toContain("No matching distribution found for infinity-emb==0.0.9");
        expect(await served()).toMatchObject({ version: "0.0.2" });
        expect(await shell(environments)).toContain(before);
      });

      test("what is no wheel, or has another digest, is not installed", async () => {
        await shell(`mkdir -p /tmp/source-1.0 && cd /tmp && echo 'open("/tmp/built", "w")' >source-1.0/setup.py
tar -czf /opt/wheels/source-1.0.tar.gz source-1.0`);
        const faults = {
          "infinity-emb==0.0.1\nsource==1.0\n": "No matching distribution found for source==1.0",
          [`infinity-emb==0.0.1 \\\n    --hash=sha256:${"0".repeat(64)}\n`]: "DO NOT MATCH THE HASHES",
        };
        for (const [requirements, said] of Object.entries(faults)) {
          await declare("0.0.1", requirements);
          const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview"]);
          expect(exitCode).not.toBe(0);
          expect(output).toContain(said);
        }
        expect(await shell("ls /tmp/built 2>/dev/null || :")).toBe("");
        expect(await served()).toMatchObject({ version: "0.0.2" });
      });

      test("a commit of the model is downloaded, and loaded", async () => {
        await declare("0.0.2", undefined, "a".repeat(40));
        await up();
        expect(await shell(`ls /var/lib/infinity/models/hub/owner/name`)).toBe(`${"a".repeat(40)}\nnewest`);
        expect(await served()).toMatchObject({ version: "0.0.2" });
        await declare("0.0.2");
        await up();
      });

      test("one that does not start gives way to the previous one", async () => {
        await declare("0.0.3");
        const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview"]);
        expect(exitCode).not.toBe(0);
        expect(output).toContain("this version does not start");
        expect(await served()).toMatchObject({ version: "0.0.2" });
      });
    });

  if (system === "mac")
    test("root leaves nothing in Homebrew's keg, which Homebrew could not remove", async () => {
      expect(await shell("find /opt/homebrew/Cellar -user root")).toBe("");
    });

  test("destroyed, it leaves no environment", async () => {
    await project.succeed(["destroy", "--yes", "--skip-preview"]);
    expect(await shell(`ls -d /opt/infinity ${definition} 2>/dev/null || :`)).toBe("");
  });
});
