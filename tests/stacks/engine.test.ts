// The project itself on the real engine, without a host: what the configuration gets wrong, and what needs no machine.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { cliFolder, cliPath, root } from "../../tools/toolchain/places.ts";
import { changed } from "../schemas/config.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let committed: string;
const config = () => join(folder, "Pulumi.lab.yaml");

async function pulumi(...args: string[]): Promise<{ exitCode: number | undefined; output: string }> {
  const { GROUNDWORK_LAB: _, ...inherited } = process.env;
  const { exitCode, all } = await execa(cliPath(), [...args, "--stack", "lab", "--non-interactive", "--color=never"], {
    cwd: root,
    extendEnv: false,
    env: {
      ...inherited,
      PATH: `${cliFolder()}${delimiter}${process.env["PATH"]}`,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_OPTION_CONFIG_FILE: config(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
    all: true,
    reject: false,
  });
  return { exitCode, output: all };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundwork-engine-"));
  await mkdir(join(folder, "state"));
  for (const file of ["Pulumi.yaml", "Pulumi.lab.yaml"]) await copyFile(join(root, file), join(folder, file));
  // `stack init` writes into the folder it runs in, whatever file it is told.
  const { exitCode, output } = await pulumi("stack", "init", "--no-select", "--cwd", folder);
  expect(output, output).toSatisfy(() => exitCode === 0);
  committed = await readFile(config(), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** With values changed, and secrets set, by path. */
async function preview(changes: Record<string, unknown>, secrets: Record<string, string> = {}) {
  const document = parse(committed) as { config: Record<string, unknown> };
  for (const [path, value] of Object.entries(changes)) {
    document.config = changed(document.config, `groundwork:${path}`, value);
  }
  await writeFile(config(), stringify(document));
  for (const [path, value] of Object.entries(secrets)) {
    await pulumi("config", "set", "--secret", "--path", `groundwork:${path}`, value);
  }
  return pulumi("preview");
}

test("every fault of a configuration ends a preview at once, with the command that mends it", async () => {
  const { exitCode, output } = await preview(
    { "services.postgres.prot": 5432, "services.api.port": 99999 },
    { "secrets.redis": "planted" },
  );
  expect(exitCode).not.toBe(0);
  expect(output).toContain("the configuration of stack lab has 6 faults:");
  expect(output).toContain("groundwork:services.postgres.prot is not known; did you mean port?");
  expect(output).toContain("pulumi config set --stack lab --path 'groundwork:services.api.port' 3000");
  expect(output).toContain("groundwork:secrets.redis is [secret]; must have 12 characters or more");
  expect(output).toContain("GROUNDWORK_LAB is not set in the environment");
  expect(output).toContain('eval "$(npx groundwork lab env)"');
  expect(output).not.toContain("planted");
});

test("a program that does not exist is told with those that do", async () => {
  const { exitCode, output } = await preview({ program: "macmini" });
  expect(exitCode).not.toBe(0);
  expect(output).toContain('groundwork:program is "macmini"; there are: macminis');
});

test("broken checks end a preview before anything registers", async () => {
  const { exitCode, output } = await preview({
    offline: true,
    "services.prometheus.port": 9090,
    "services.redis.host": "storage",
  });
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/MM-01 port 9090\/tcp on storage is claimed by ddc and prometheus/);
  expect(output).toMatch(/GW-03 api on control uses redis, which only storage itself reaches/);
  expect(output).not.toContain("groundwork:posix:");
});

test("offline, a preview of everything needs no host, no key and no secret", async () => {
  const { exitCode, output } = await preview({ offline: true });
  expect(output, output).toSatisfy(() => exitCode === 0);
  expect(output).toMatch(/\+ \d+ to create/);
  expect(output).toContain("offline: no host is contacted");
});
