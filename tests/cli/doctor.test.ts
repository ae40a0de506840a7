import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Finding } from "../../src/cli/doctor/finding.ts";
import { root } from "../../tools/toolchain/places.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groundwork-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** From another folder, as users do. */
const groundwork = (args: string[], env: Record<string, string> = {}) =>
  execa(path.join(root, "bin/groundwork"), args, { cwd: folder, env, reject: false });

async function doctor(env: Record<string, string> = {}) {
  const { stdout, exitCode } = await groundwork(["doctor", "--json"], env);
  const findings = JSON.parse(stdout) as Finding[];
  return { exitCode, of: (part: string) => findings.find((finding) => finding.part.startsWith(part)), findings };
}

test("names the parts in use on this machine", async () => {
  const { of, findings, exitCode } = await doctor();
  expect(of("Node")).toEqual({ part: "Node", status: "ok", found: process.version });
  for (const part of ["Pulumi CLI 3.259.0", "language host", "random plugin 4.21.2", "groundwork plugin"]) {
    expect(of(part)).toMatchObject({ status: "ok" });
  }
  expect(exitCode).toBe(findings.some(({ status }) => status === "missing") ? 1 : 0);
});

test("what is missing comes with the command that helps, and ends it with 1", async () => {
  const { of, exitCode } = await doctor({ PULUMI_HOME: path.join(folder, "empty") });
  expect(exitCode).toBe(1);
  for (const part of ["Pulumi CLI", "language host", "random plugin"]) {
    expect(of(part)).toMatchObject({ status: "missing", todo: "npx groundwork setup" });
  }
});

test("tells the official CLI, which comes with a language host, from one that was built", async () => {
  const home = path.join(folder, "official");
  const bin = path.join(home, "versions/3.259.0/bin");
  await mkdir(bin, { recursive: true });
  for (const file of ["pulumi", "pulumi-language-nodejs"]) await writeFile(path.join(bin, file), "", { mode: 0o755 });
  const { of } = await doctor({ PULUMI_HOME: home });
  expect(of("Pulumi CLI")).toMatchObject({ status: "ok", found: "official" });
  expect(of("language host")).toMatchObject({ status: "ok", found: "official" });
});

test("Go is missed by nobody who does not build", async () => {
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  await symlink(process.execPath, path.join(bin, "node"));
  const { of } = await doctor({ PATH: bin });
  expect(of("Go")).toMatchObject({ status: "optional" });
  expect(of("npm")).toMatchObject({ status: "missing" });
});

test("a passphrase is named by its place, never by its value, and must not be open to others", async () => {
  const file = path.join(folder, "passphrase");
  await writeFile(file, "planted-secret", { mode: 0o600 });
  expect((await doctor({ PULUMI_CONFIG_PASSPHRASE_FILE: file })).of("Pulumi passphrase")).toMatchObject({
    found: file,
  });
  await chmod(file, 0o644);
  const open = await doctor({ PULUMI_CONFIG_PASSPHRASE_FILE: file });
  expect(open.of("Pulumi passphrase")).toMatchObject({ status: "missing", todo: `chmod 600 ${file}` });
  const inEnvironment = await doctor({ PULUMI_CONFIG_PASSPHRASE: "planted-secret" });
  expect(JSON.stringify(inEnvironment.findings)).not.toContain("planted-secret");
});

test("a password in the backend's URL is not shown", async () => {
  const { of } = await doctor({ PULUMI_BACKEND_URL: "postgres://user:planted@db/state" });
  expect(of("Pulumi backend")).toMatchObject({ status: "ok", found: "postgres://…@db/state" });
});

test("the table says the same for people", async () => {
  const { stdout } = await groundwork(["doctor"], { PULUMI_HOME: path.join(folder, "empty") });
  expect(stdout).toMatch(/^MISSING Pulumi CLI 3\.259\.0 +not installed\n +-> npx groundwork setup$/m);
});

test.each([
  ["an unknown command", ["toString"], /no command 'toString'/],
  ["an unknown option", ["doctor", "--all"], /Unknown option '--all'/],
])("%s ends with 2", async (_, args, message) => {
  const { exitCode, stderr } = await groundwork(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(message) });
});

test("--help lists the commands", async () => {
  const { stdout, exitCode } = await groundwork(["--help"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ {2}doctor {4}\S/m);
});
