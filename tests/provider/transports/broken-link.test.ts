import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Unreachable } from "../../../src/provider/errors.ts";
import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import { connect } from "../../../src/provider/transports/connect.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import { canRunLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { settings, startTransportLab } from "./accounts.ts";
import { type FaultyLink, startProxy } from "./proxy.ts";

describe.skipIf(!canRunLab).each(["ssh", "openssh"] as const)(`a broken link of %s ${whyNoLab}`, (transport) => {
  let lab: TestLab;
  let proxy: FaultyLink;
  let runner: Runner;
  let hostKey: string;

  beforeAll(async () => {
    lab = await startTransportLab();
    const lines = (await readFile(lab.knownHosts, "utf8")).split("\n");
    const [, type, key] = lines.find((line) => line.startsWith(`${lab.address("one")} `))!.split(" ");
    hostKey = `${type} ${key}`;
  }, 180_000);
  beforeEach(async () => {
    await onHost("rm -rf /var/tmp/broken; mkdir /var/tmp/broken");
    proxy = await startProxy(lab.address("one"), 22);
    runner = await connect("one", settings(lab, "one", { transport, address: "127.0.0.1", port: proxy.port, hostKey }));
  });
  afterEach(async () => {
    await runner.close();
    await proxy.close();
  });

  const onHost = async (script: string) => (await lab.run("one", ["sh", "-c", script])).stdout;
  const payload = Buffer.alloc(400_000, "payload ");
  const write = () => runner.request({ argv: ["sh", "-c", "cat >/var/tmp/broken/file"], stdin: payload });

  test.each([
    { kind: "cut", after: 10 },
    { kind: "cut", after: 100_000 },
    { kind: "cut", after: 500_000 },
    { kind: "flip", after: 40 },
    { kind: "flip", after: 300_000 },
  ] as const)(
    "fault 8: $kind after $after bytes to the host: unreachable, and the command never ran",
    async (fault) => {
      proxy.inject(fault);
      await expect(write()).rejects.toThrow(Unreachable);
      await setTimeout(300);
      expect(await onHost("ls /var/tmp/broken")).toBe("");
      await expect(runner.request({ argv: ["true"] })).rejects.toThrow(Unreachable);
      await expect(runner.long({ argv: ["true"] }, () => {})).rejects.toThrow(Unreachable);
    },
  );

  test.each([
    { kind: "cut", after: 60_000, direction: "down" },
    { kind: "flip", after: 5_000, direction: "down" },
    { kind: "flip", after: 250_000, direction: "down" },
  ] as const)("fault 8: $kind after $after bytes from the host: unreachable, never half an answer", async (fault) => {
    proxy.inject(fault);
    await expect(runner.request({ argv: ["cat"], stdin: payload })).rejects.toThrow(Unreachable);
  });

  test("a cut link gives the host lock back", async () => {
    expect((await runner.request({ argv: ["gw_lock", "anna"] })).exitCode).toBe(0);
    proxy.inject({ kind: "cut", after: 0 });
    await expect(write()).rejects.toThrow(Unreachable);
    const next = await connect("one", settings(lab, "one", { transport }));
    expect(await next.request({ argv: ["gw_lock", "ben", "5"] })).toMatchObject({ exitCode: 0, stderr: "" });
    await next.close();
    expect(await onHost("ls /run | grep groundwork || true")).toBe("");
  });

  test("what outlives a cut link keeps the host locked until it ends", async () => {
    const session = (of: Runner, owner: string) =>
      new LiveHost(new HostSession("one", platformOf("debian"), of, owner), () => undefined);
    const script = "cd /var/tmp/broken; touch begun; sleep 3; mv begun ended";
    const cut = session(runner, "anna").run({ argv: ["sh", "-c", script], long: true });
    const lost = expect(cut).rejects.toThrow(Unreachable);
    await expect.poll(() => onHost("ls /var/tmp/broken"), { timeout: 10_000 }).toBe("begun");
    proxy.inject({ kind: "cut", after: 0 });
    await expect(write()).rejects.toThrow(Unreachable);
    await lost;

    const next = await connect("one", settings(lab, "one", { transport }));
    const refused = await next.request({ argv: ["gw_lock", "ben", "1"] });
    const { stdout } = await session(next, "ben").run({ argv: ["ls", "/var/tmp/broken"] });
    await next.close();
    expect(refused).toMatchObject({ exitCode: 75, stderr: expect.stringMatching(/is held by anna \(process \d+\)/) });
    expect(stdout.toString()).toBe("ended\n");
    expect(await onHost("ls /run | grep groundwork || true")).toBe("");
  });

  test("a long command that comes when the lock is gone does not run", async () => {
    const late = { argv: ["touch", "/var/tmp/broken/late"], heldBy: "anna" };
    const answer = await runner.long(late, () => undefined);
    expect(answer).toMatchObject({ exitCode: 75, stderr: expect.stringContaining("lock") });
    expect(await onHost("ls /var/tmp/broken; ls /run | grep groundwork || true")).toBe("");
    await runner.request({ argv: ["gw_lock", "anna"] });
    expect((await runner.long(late, () => undefined)).exitCode).toBe(0);
  });

  test("a link that went silent is given up within 20 s", { timeout: 30_000 }, async () => {
    proxy.inject({ kind: "swallow", after: 0 });
    const started = Date.now();
    await expect(runner.request({ argv: ["true"] })).rejects.toThrow(Unreachable);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});
