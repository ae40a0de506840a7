// The contract cases on the Mac that runs this, over transport `local`, with nothing but names of their own. Only where
// GROUNDWORK_REAL_MAC says that the machine may be changed: on a runner that is thrown away (.github/workflows/macos.yml).
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packetFilter } from "../../src/provider/platforms/darwin/firewall.ts";
import { drift } from "../../src/provider/resource.ts";
import { connect } from "../../src/provider/transports/connect.ts";
import type { Runner } from "../../src/provider/transports/runner.ts";
import { pathText } from "../../src/provider/values.ts";
import { hostConnection } from "../../src/schemas/host.ts";
import { contracts, desiredOf } from "../contract/cases.ts";
import { onHost } from "../contract/sessions.ts";

const allowed = process.platform === "darwin" && Boolean(process.env["GROUNDWORK_REAL_MAC"]);

/** Not: what names or sets up the whole machine, and PostgreSQL, whose case knows the account of the Mac-like host. */
const kinds = [
  ...["archive", "configuration", "daemon", "directory", "exec", "file", "group", "link", "package-set", "private-key"],
  ...["service", "timer", "user"],
];
const all = (await contracts("darwin")).filter(({ kind }) => kinds.includes(kind));

describe.skipIf(!allowed)(`on this Mac ${allowed ? "" : "(skipped: it is none that may be changed)"}`, () => {
  let runner: Runner;

  beforeAll(async () => {
    runner = await connect("mac", hostConnection.parse({ transport: "local", platform: "darwin", sudo: {} }));
  });
  afterAll(() => runner?.close());

  const shell = async (script: string): Promise<string> => {
    const { stdout } = await execa("sudo", ["-n", "/bin/sh", "-c", script]);
    return stdout.trim();
  };

  test("says what it is", async () => {
    const facts = await onHost("darwin", runner, (host) => host.read(host.platform.machine, "/"));
    expect(facts).toMatchObject({ architecture: await shell("uname -m"), commandLineTools: true });
    expect(facts.memoryBytes).toBe(Number(await shell("sysctl -n hw.memsize")));
    const power = await onHost("darwin", runner, (host) => host.read(host.platform.power!.settings, "power"));
    expect(power.sleep).toEqual(expect.any(Number));
  });

  test("pfctl reads the anchor, and prints it as it is written, but for the names of ports; nothing is loaded", async () => {
    const text = packetFilter.text([
      { name: "ssh", protocol: "tcp", port: 22, from: "192.168.1.0/24" },
      { name: "dns", protocol: "udp", port: 53, from: "fd00::/8" },
      { name: "web", protocol: "tcp", port: 443, from: "any" },
    ]);
    const { stdout } = await execa("sudo", ["-n", "pfctl", "-q", "-nv", "-f", "-"], { input: text, stderr: "ignore" });
    const rows = (await readFile("/etc/services", "utf8")).matchAll(/^([\w-]+)\s+(\d+)\//gm);
    const ports = new Map([...rows].map(([, name = "", port = ""]) => [name, port]));
    const read = stdout
      .split("\n")
      .map((line) => line.trim().replace(/(?<=port = )\S+/g, (name) => ports.get(name) ?? name));
    expect(read.filter(Boolean)).toEqual(text.trim().split("\n"));
  });

  test.each(all.map((contract) => [contract.kind, contract] as const))(
    "%s",
    { timeout: 5 * 60_000 },
    async (_, contract) => {
      const { resource, before = ":", right, change, deleted } = contract;
      const desired = desiredOf(contract);
      const found = async () => {
        const state = await onHost("darwin", runner, (host) => resource.read(host, desired));
        return state ? drift(resource.schema, state, desired).map(({ path }) => pathText(path)) : ["gone"];
      };
      await shell(before);

      await onHost("darwin", runner, (host) => resource.apply(host, desired));
      expect(await found()).toEqual([]);
      expect(await shell(right.script)).toBe(right.answer);

      await shell(change.script);
      expect((await found()).toSorted()).toEqual([change.shows].flat().toSorted());
      const state = await onHost("darwin", runner, (host) => resource.apply(host, desired));
      expect(await found()).toEqual([]);
      expect(await shell(right.script)).toBe(right.answer);

      if (contract.kind === "group") return; // the user of a later case is in it
      for (let turn = 0; turn < 2; turn++) await onHost("darwin", runner, (host) => resource.remove(host, state));
      expect(await shell(deleted.script)).toBe(deleted.answer);
    },
  );
});
