// A real `pulumi up` that is killed, interrupted or raced: what it leaves, and that the next run finishes.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { wrap } from "../../src/provider/rpc/wire.ts";
import type { Values } from "../../src/provider/values.ts";
import { type Plugin, startPlugin } from "../provider/plugin.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { plannedIn } from "../support/preview.ts";
import type { DeclaredResource } from "../support/project.ts";
import { type FaultHost, faultHost, file, host, watchedProject } from "./fault-host.ts";

type Watched = Awaited<ReturnType<typeof watchedProject>>;

const title = canRunLab ? "interrupted runs" : `interrupted runs (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let machine: FaultHost;
  const projects: Watched[] = [];

  beforeAll(async () => {
    machine = await faultHost("test-interrupted");
  });
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove();
  });
  afterAll(() => machine?.lab.stop());

  const start = async (resources: readonly DeclaredResource[]): Promise<Watched> => {
    const project = await watchedProject({ ownProcess: true });
    projects.push(project);
    await project.declare({ hosts: machine.hosts, resources });
    return project;
  };

  /** A file, a slow step after it, a file after that; all below a directory of their own. */
  const chain = (folder: string): DeclaredResource[] => [
    file("before", `${folder}/before`, "before\n"),
    slow("slow", folder, { after: ["before"] }),
    file("after", `${folder}/after`, "after\n", { after: ["slow"] }),
  ];
  const slow = (name: string, folder: string, more: object = {}): DeclaredResource => ({
    type: "groundwork:posix:Exec",
    name,
    args: {
      host,
      name: `${name}-${folder.slice(5)}`,
      check: ["test", "-e", `${folder}/${name}-done`],
      command: [
        "sh",
        "-c",
        `echo start $$ >>${folder}/${name}-log; sleep 3; echo end >>${folder}/${name}-log; touch ${folder}/${name}-done`,
      ],
    },
    ...more,
  });
  const begun = (folder: string, name = "slow") =>
    machine.shell(`until [ -e ${folder}/${name}-log ]; do sleep 0.1; done`);
  const unlocked = () =>
    machine.shell(
      "for i in $(seq 100); do [ -L /run/groundwork.lock ] || exit 0; sleep 0.1; done; readlink /run/groundwork.lock; exit 1",
    );

  const converges = async (project: Watched, folder: string) => {
    await unlocked();
    await project.pulumi(["cancel", "--yes"]); // the engine's own lock, where it was killed
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell(`cd ${folder}; cat before after; ls -A`)).toBe(
      "before\nafter\nafter\nbefore\nslow-done\nslow-log",
    );
    await project.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
    expect(await machine.shell("ls -A /srv; find /srv -name '.groundwork*'")).toBe(folder.slice(5));
    await machine.shell(`rm -rf ${folder}`);
  };

  const accidents: [string, (run: { pid: number; project: Watched }) => Promise<void>][] = [
    ["fault 3: the engine is killed", async ({ pid }) => void process.kill(pid, "SIGKILL")],
    [
      "fault 3: the provider is killed",
      async ({ project }) => void process.kill((await project.providers()).at(-1)!, "SIGKILL"),
    ],
    ["fault 4: Ctrl-C once", async ({ pid }) => void process.kill(-pid, "SIGINT")],
    [
      "fault 4: Ctrl-C twice",
      async ({ pid }) => {
        process.kill(-pid, "SIGINT");
        await setTimeout(500);
        process.kill(-pid, "SIGINT");
      },
    ],
  ];

  test.each(accidents)(
    "%s in the middle of a step: the next run converges, the host is unlocked",
    async (name, happen) => {
      const folder = `/srv/${name.toLowerCase().replace(/\W+/g, "-")}`;
      await machine.shell(`mkdir -p ${folder}`);
      const project = await start(chain(folder));
      const run = project.start(["up", "--yes", "--skip-preview"]);
      await begun(folder);
      await happen({ pid: run.pid!, project });
      const { exitCode, all } = await run;
      expect(exitCode, String(all)).not.toBe(0);
      expect(await machine.shell(`test -e ${folder}/after; echo $?`)).toBe("1");
      await converges(project, folder);
    },
  );

  test("fault 4: a run that is interrupted before it wrote anything changes nothing", async () => {
    await machine.shell("mkdir -p /srv/early; touch /tmp/before");
    const project = await start(chain("/srv/early"));
    const run = project.start(["up", "--yes", "--skip-preview"]);
    await setTimeout(300);
    process.kill(-run.pid!, "SIGINT");
    expect((await run).exitCode).not.toBe(0);
    await unlocked();
    // But for what a login itself leaves: its records, and its session's.
    const written = "find / -xdev -newer /tmp/before ! -path '/var/log/*' ! -path '/run/*' ! -path '/tmp/*'";
    expect(await machine.shell(written)).toBe("");
    await converges(project, "/srv/early");
  });

  describe("fault 4: Cancel, as the engine asks the provider process for it", () => {
    let plugin: Plugin;
    const begin = async () => {
      plugin = await startPlugin();
      await plugin.configure({ hosts: JSON.stringify(machine.hosts) });
    };
    const end = async () => {
      await plugin.end();
      await unlocked();
    };
    const create = async ({ type, name, args }: DeclaredResource): Promise<string> => {
      const urn = `urn:pulumi:test::faults::${type}::${name}`;
      const check = new rpc.CheckRequest().setUrn(urn).setNews(wrap(args as Values));
      const inputs = (await plugin.call<rpc.CheckResponse>("check", check)).getInputs();
      const request = new rpc.CreateRequest().setUrn(urn).setProperties(inputs);
      return (await plugin.call<rpc.CreateResponse>("create", request)).getId();
    };
    const cancelled = async () => {
      const asked = Date.now();
      await plugin.call("cancel", new empty.Empty());
      expect(Date.now() - asked).toBeLessThan(1000);
    };
    afterEach(() => plugin.end());

    test("the step under way ends and is answered, and no other begins", async () => {
      const folder = "/srv/cancelled";
      await machine.shell(`mkdir -p ${folder}`);
      await begin();
      const underWay = create(slow("one", folder));
      await begun(folder, "one");
      await cancelled();
      const asked = Date.now();
      await expect(create(slow("two", folder))).rejects.toThrow(
        /^faults: cancelled before anything was changed; run again to finish/,
      );
      expect(Date.now() - asked).toBeLessThan(1000);
      expect(await machine.shell(`cat ${folder}/one-log | cut -d' ' -f1; ls ${folder}`)).toBe("start\none-log");
      expect(await underWay).toBe("faults/exec/one-cancelled");
      expect(await machine.shell(`tail -n 1 ${folder}/one-log; ls ${folder}`)).toBe("end\none-done\none-log");
      await end();

      await begin();
      await create(slow("two", folder));
      await end();
      expect(await machine.shell(`ls ${folder}; rm -r ${folder}`)).toBe("one-done\none-log\ntwo-done\ntwo-log");
    });

    test("a provider that is ended too says what is not known; the step ends alone, and the next run waits for it", async () => {
      const folder = "/srv/ended";
      await machine.shell(`mkdir -p ${folder}`);
      await begin();
      const answer = expect(create(slow("one", folder))).rejects.toThrow(
        /^faults: the connection to .* is gone .*; whether `sh -c .*` finished is not known; run again to see/,
      );
      await begun(folder, "one");
      await cancelled();
      const asked = Date.now();
      plugin.process.kill("SIGINT");
      await once(plugin.process, "exit");
      await answer;
      expect(Date.now() - asked).toBeLessThan(2000);
      expect(await machine.shell(`wc -l <${folder}/one-log`)).toBe("1");

      await begin();
      await create(slow("two", folder));
      await end();
      const times = `stat -c %Y one-done two-done | xargs; cut -d' ' -f1 one-log | xargs; pgrep -x sleep || echo nothing runs`;
      const [ends = "", ...rest] = (await machine.shell(`cd ${folder}; ${times}; rm -r ${folder}`)).split("\n");
      expect(rest).toEqual(["start end", "nothing runs"]);
      const [first = 0, second = 0] = ends.split(" ").map(Number);
      expect(second - first).toBeGreaterThanOrEqual(3);
    });
  });

  test("fault 19: two runs at once wait for each other, and both finish", async () => {
    await machine.shell("mkdir -p /srv/race");
    const one = await start([slow("one", "/srv/race"), file("first", "/srv/race/first", "first\n")]);
    const two = await start([slow("two", "/srv/race"), file("second", "/srv/race/second", "second\n")]);
    const runs = await Promise.all([one, two].map((project) => project.pulumi(["up", "--yes", "--skip-preview"])));
    for (const { exitCode, output } of runs) expect(exitCode, output).toBe(0);
    const times = await machine.shell("cd /srv/race; stat -c '%Y' one-done two-done | sort | xargs; cat first second");
    const [earlier = 0, later = 0] = times.split("\n")[0]!.split(" ").map(Number);
    expect(later - earlier).toBeGreaterThanOrEqual(3);
    expect(times).toMatch(/\nfirst\nsecond$/);
    await machine.shell("rm -r /srv/race");
  });

  test("fault 19: what a person edits between reading and writing is not overwritten", async () => {
    await machine.shell("mkdir -p /srv/edit");
    const motd = (content: string) => file("motd", "/srv/edit/motd", content, { after: ["slow"] });
    const project = await start([slow("slow", "/srv/edit"), motd("one\n")]);
    await project.succeed(["up", "--yes", "--skip-preview"]);

    await machine.shell("rm /srv/edit/slow-*");
    await project.declare({ hosts: machine.hosts, resources: [slow("slow", "/srv/edit"), motd("two\n")] });
    const run = project.start(["up", "--yes", "--skip-preview"]);
    await begun("/srv/edit");
    await machine.shell("echo by hand >/srv/edit/motd");
    const { exitCode, all } = await run;
    expect(exitCode, String(all)).toBe(1);
    expect(String(all)).toMatch(/faults: .*changed since it was read, by somebody else/);
    expect(await machine.shell("cat /srv/edit/motd")).toBe("by hand");

    const { output } = await project.succeed(["preview"]);
    expect(plannedIn(output).get("motd")?.properties).toContain("content");
    await project.succeed(["up", "--yes", "--skip-preview"]);
    expect(await machine.shell("cat /srv/edit/motd")).toBe("two");
    await machine.shell("rm -r /srv/edit");
  });

  test("fault 22: time stamps, time zone and locale of the host are no drift", async () => {
    await machine.shell("mkdir -p /srv/clock");
    const project = await start([file("ä", "/srv/clock/ä", "größer\n"), file("plain", "/srv/clock/plain", "plain\n")]);
    await project.succeed(["up", "--yes", "--skip-preview"]);
    await machine.shell(`
      touch -d 2001-01-01 /srv/clock/ä; touch -d 2040-01-01 /srv/clock/plain
      ln -sf /usr/share/zoneinfo/Asia/Kolkata /etc/localtime
      echo 'export LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham' >/root/.bashrc`);
    await project.succeed(["refresh", "--preview-only", "--expect-no-changes"]);
    await machine.shell("rm -r /srv/clock /root/.bashrc");
  });
});
