// What is on two real hosts, asked of the provider process over gRPC: all there is, page by page, and importable.
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { wrap } from "../../src/provider/rpc/wire.ts";
import { type Plugin, startPlugin } from "../provider/plugin.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../support/lab.ts";

const hosts = ["one", "two"];

const title = canRunLab ? "list" : `list (skipped: ${whyNoLab})`;
describe.skipIf(!canRunLab)(title, () => {
  let lab: TestLab;
  let plugin: Plugin;
  /** IDs of all users, as the hosts themselves tell them. */
  let users: string[];

  const names = async (host: string) => {
    const { stdout } = await lab.run(host, ["cut", "-d:", "-f1", "/etc/passwd"]);
    return stdout.trim().split("\n").sort();
  };
  const listed = async (token: string, more: (request: rpc.ListRequest) => rpc.ListRequest = (same) => same) => {
    const answers = await plugin.list(more(new rpc.ListRequest().setToken(`groundwork:${token}`)));
    return {
      ids: answers.flatMap(({ result }) => result?.id ?? []),
      token: answers.at(-1)?.continuation?.continuationToken ?? "",
    };
  };

  beforeAll(async () => {
    lab = await startLab("test-list", { hosts });
    for (const host of hosts) await lab.reset(host);
    await lab.run("two", ["useradd", "only-on-two"]);
    users = (
      await Promise.all(hosts.map(async (host) => (await names(host)).map((name) => `${host}/user/${name}`)))
    ).flat();
    plugin = await startPlugin();
    const connections = hosts.map((host) => [
      host,
      { platform: "debian", address: host, user: "root", sshConfig: lab.sshConfig },
    ]);
    await plugin.configure({ hosts: JSON.stringify(Object.fromEntries(connections)) });
  });
  afterAll(async () => {
    await plugin?.end();
    await lab?.stop();
  });

  test("all users of all hosts, or of one", async () => {
    expect((await listed("posix:User")).ids).toEqual(users);
    const one = await listed("posix:User", (request) => request.setQuery(wrap({ host: "two" })));
    expect(one.ids).toEqual(users.filter((id) => id.startsWith("two/")));
    expect(one.ids).toContain("two/user/only-on-two");
  });

  test("page by page, no more than asked for", async () => {
    const found: string[] = [];
    let token = "";
    do {
      const page = await listed("posix:User", (request) => request.setPageSize(7).setContinuationToken(token));
      expect(page.ids.length).toBeLessThanOrEqual(7);
      found.push(...page.ids);
      ({ token } = page);
    } while (token !== "" && found.length < users.length);
    expect([found, token]).toEqual([users, ""]);
    expect((await listed("posix:User", (request) => request.setLimit(3))).ids).toEqual(users.slice(0, 3));
  });

  test("what an import does not find is not listed", async () => {
    expect((await listed("darwin:Power")).ids).toEqual([]);
    expect((await listed("posix:Firewall")).ids).toEqual([]);
    expect((await listed("posix:HostEntries")).ids).toEqual([]);
    expect((await listed("posix:Hostname")).ids).toEqual(["one/hostname/hostname", "two/hostname/hostname"]);
  });
});
