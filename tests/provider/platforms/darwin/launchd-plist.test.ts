// Property lists, read back by Python's plistlib: macOS' plutil is not here.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { platformOf } from "../../../../src/provider/platforms/index.ts";
import type { DaemonJob } from "../../../../src/provider/platforms/platform.ts";

const { jobs } = platformOf("darwin");
const reader = "import plistlib, json, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";

async function read(definition: Readonly<Record<string, string>>): Promise<[string, Record<string, unknown>]> {
  const [[file, text] = ["", ""], ...more] = Object.entries(definition);
  expect(more).toEqual([]);
  const { stdout } = await execa("python3", ["-c", reader], { input: text });
  return [file, JSON.parse(stdout)];
}

const plain: DaemonJob = {
  name: "api",
  program: "/usr/local/bin/api",
  arguments: [],
  environment: {},
  hardening: true,
  restart: "always",
  after: [],
  requires: [],
};
/** Whose signature launchd pins: no upgrade of the program ends the job. */
const starter = ["/bin/sh", "-c", 'exec "$0" "$@"'];
const timed = { ...plain, name: "backup" };

describe("daemons", () => {
  test("run in the system domain, kept up, with a log of their own", async () => {
    expect(await read(jobs.daemon(plain))).toEqual([
      "dev.groundwork.api.plist",
      {
        Label: "dev.groundwork.api",
        ProgramArguments: [...starter, "/usr/local/bin/api"],
        StandardOutPath: "/Library/Logs/groundwork/api.log",
        StandardErrorPath: "/Library/Logs/groundwork/api.log",
        RunAtLoad: true,
        KeepAlive: true,
        ThrottleInterval: 1,
        ExitTimeOut: 30,
        ProcessType: "Interactive",
        SoftResourceLimits: { NumberOfFiles: 1024 },
      },
    ]);
    expect(jobs.path("dev.groundwork.api.plist")).toBe("/Library/LaunchDaemons/dev.groundwork.api.plist"); // MM-15
  });

  test("hold every word as it was given", async () => {
    const words = [`a"b'c\\d`, "<&>]]>", "line\nbreak\ttab\r", "", "schön 🙂", "&amp;", "%h $HOME"];
    const [, found] = await read(
      jobs.daemon({ ...plain, arguments: words, environment: { B: words[1]!, A: words[2]! } }),
    );
    expect(found["ProgramArguments"]).toEqual([...starter, "/usr/local/bin/api", ...words]);
    expect(found["EnvironmentVariables"]).toEqual({ A: words[2], B: words[1] });
    expect(() => jobs.daemon({ ...plain, arguments: ["\u0001"] })).toThrow(/cannot hold the character U\+0001/);
  });

  test("user, group 0, folder, limits and restarts", async () => {
    const full = { user: "_api", group: "root", workingDirectory: "/opt/api", limits: { memoryMiB: 2, openFiles: 9 } };
    const [, found] = await read(jobs.daemon({ ...plain, ...full, restart: "on-failure" }));
    const limits = { NumberOfFiles: 9 };
    expect(found["SoftResourceLimits"]).toEqual(limits); // of memory none: launchd's is one of addresses
    expect(found).toMatchObject({
      UserName: "_api",
      GroupName: "wheel",
      WorkingDirectory: "/opt/api",
      KeepAlive: { SuccessfulExit: false },
      SoftResourceLimits: limits,
      HardResourceLimits: limits,
    });
    const [, unlimited] = await read(jobs.daemon({ ...plain, limits: { memoryMiB: 2 } }));
    expect(unlimited["SoftResourceLimits"]).toEqual({ NumberOfFiles: 1024 });
    expect(unlimited).not.toHaveProperty("HardResourceLimits");
    expect((await read(jobs.daemon({ ...plain, restart: "never" })))[1]).not.toHaveProperty("KeepAlive");
  });

  test("keep secrets out of the property list, and get them by a shell", async () => {
    const secrets = { TOKEN: `it's "$HOME" \`x\` \\ %\nsecond line`, A: "1" };
    const [, found] = await read(jobs.daemon({ ...plain, arguments: ["-x", "two words"], secretEnvironment: secrets }));
    expect(JSON.stringify(found)).not.toContain("second line");
    const words = found["ProgramArguments"] as string[];
    expect(words.slice(3)).toEqual(["/etc/groundwork/jobs/api.env", "/usr/local/bin/api", "-x", "two words"]);

    const folder = await mkdtemp(join(tmpdir(), "groundwork-"));
    const file = join(folder, "api.env");
    await writeFile(file, jobs.environment(secrets));
    const argv = [words[1]!, words[2]!, file, "/usr/bin/env", "-0"];
    const shown = await execa(words[0]!, argv, { env: {}, extendEnv: false });
    await rm(folder, { recursive: true });
    expect(shown.stdout.split("\0")).toEqual(expect.arrayContaining([`TOKEN=${secrets.TOKEN}`, "A=1"]));
  });

  test("are read by their own user alone", () => {
    expect(jobs.environmentReader({ name: "api", user: "_api" })).toBe("_api");
    expect(jobs.environmentReader({ name: "api" })).toBe("root");
    expect(jobs.writeEnvironment({ name: "api", user: "_api" }, "A='1'\n")).toEqual({
      argv: ["gw_job_env_write", "api", "_api"],
      stdin: "A='1'\n",
    });
  });

  test("what launchd cannot do is said", () => {
    const asked = { ...plain, limits: { memoryMiB: 1, tasks: 2 }, after: ["a"], requires: ["b"] };
    expect(jobs.caveats(asked)).toEqual([
      expect.stringContaining("limits.memoryMiB"),
      expect.stringContaining("limits.tasks"),
      expect.stringContaining("does not wait for a, b"),
    ]);
    expect(jobs.caveats(plain)).toEqual([]);
  });
});

describe("timers", () => {
  test.each([
    [{ everySec: 300 }, { StartInterval: 300 }],
    [{ hour: 3, minute: 30 }, { StartCalendarInterval: { Hour: 3, Minute: 30 } }],
    [{ weekday: 0, day: 1, hour: 0, minute: 0 }, { StartCalendarInterval: { Weekday: 0, Day: 1, Hour: 0, Minute: 0 } }],
  ])("%j", async (schedule, keys) => {
    const [file, found] = await read(jobs.timer({ ...timed, schedule }));
    expect(file).toBe("dev.groundwork.backup.plist");
    expect(found).toMatchObject({ Label: "dev.groundwork.backup", ...keys });
    expect(found).not.toHaveProperty("RunAtLoad");
    expect(found).not.toHaveProperty("KeepAlive");
  });
});

test("files of jobs", () => {
  const plist = jobs.daemon(plain)["dev.groundwork.api.plist"]!;
  const told = (mode: string) =>
    `api dev.groundwork.api.plist :${Buffer.from(plist).toString("base64")}\napi environment :abc:${mode}:_api\n`;
  const parse = (text: string) =>
    jobs.files.parse({ exitCode: 0, stdout: Buffer.from(text), stderr: "" }, ["api", "no"]);
  expect(parse(told("600")).get("api")).toEqual({
    definition: { "dev.groundwork.api.plist": plist },
    environment: { digest: "abc", reader: "_api" },
    overrides: [],
  });
  expect(parse(told("640")).get("api")?.environment?.reader).toBeUndefined();
  expect(parse(told("600")).get("no")).toEqual({ definition: {}, environment: undefined, overrides: [] });
});
