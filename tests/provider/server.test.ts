// What the provider process answers the engine.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, expect, test } from "vitest";

import { resources } from "../../src/provider/registry.ts";
import { unwrap, wrap } from "../../src/provider/rpc/wire.ts";
import { type Path, unknown, type Values } from "../../src/provider/values.ts";
import { type Plugin, startPlugin } from "./plugin.ts";

let plugin: Plugin;
const call: Plugin["call"] = (method, request) => plugin.call(method, request);
const configure: Plugin["configure"] = (settings) => plugin.configure(settings);

beforeEach(async () => {
  plugin = await startPlugin();
});
afterEach(() => plugin.end());

const urn = (type: string) => `urn:pulumi:test::project::${type}::thing`;
const fileUrn = urn("groundwork:posix:File");
const motd = { host: "a", path: "/etc/motd", content: "hello\n" };

const offline = () =>
  configure({ hosts: JSON.stringify({ a: { platform: "debian", address: "a" } }), offline: "true" });

const checked = async (values: Values, secrets: Path[] = [], type = fileUrn) => {
  const request = new rpc.CheckRequest().setUrn(type).setNews(wrap(values, secrets));
  const response = await call<rpc.CheckResponse>("check", request);
  return {
    inputs: unwrap(response.getInputs()),
    failures: response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]),
  };
};

test("every registered type is in the schema, with its required inputs, secrets and what replaces it", async () => {
  const { schema } = (await call<rpc.GetSchemaResponse>("getSchema", new rpc.GetSchemaRequest())).toObject();
  const described = JSON.parse(schema).resources;
  expect(Object.keys(described).sort()).toEqual(resources.map((resource) => resource.schema.type).sort());
  expect(described["groundwork:posix:File"].requiredInputs).toEqual(["host", "path"]);
  expect(described["groundwork:posix:File"].inputProperties.path.willReplaceOnChanges).toBe(true);
  expect(described["groundwork:postgres:Role"].inputProperties.password.secret).toBe(true);
});

test("customTimeouts end the wait for a host that does not answer", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  try {
    const { port } = silent.address() as AddressInfo;
    await configure({
      hosts: JSON.stringify({
        a: { platform: "debian", address: "127.0.0.1", port, transport: "openssh", connectTimeoutSec: 3 },
      }),
    });
    const create = new rpc.CreateRequest().setUrn(fileUrn).setProperties(wrap(motd)).setTimeout(1);
    await expect(call("create", create)).rejects.toThrow("not done within the 1 s that `customTimeouts` allows");
  } finally {
    silent.close();
  }
});

test("it takes secrets and previews", async () => {
  expect((await offline()).toObject()).toMatchObject({ acceptsecrets: true, supportspreview: true });
});

test("a wrong connection is refused without naming a property, whose value the engine would print", async () => {
  const hosts = JSON.stringify({ a: { platform: "debian", prot: 22, sudo: { password: "of-sudo" } } });
  const request = new rpc.CheckRequest().setNews(wrap({ hosts }, [["hosts"]]));
  const { failuresList } = (await call<rpc.CheckResponse>("checkConfig", request)).toObject();
  expect(failuresList).toEqual([{ property: "", reason: expect.stringContaining("hosts.a.prot") }]);
  expect(JSON.stringify(failuresList)).not.toContain("of-sudo");
});

test("check fills in defaults and keeps secrets where they are", async () => {
  await offline();
  const { inputs, failures } = await checked(motd, [["content"]]);
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    values: { ...motd, mode: "0644", owner: "root", group: "root" },
    secrets: [["content"]],
  });
});

test("what two resources declare is refused at the second, whatever kinds they are; asked again, the first passes", async () => {
  await offline();
  const other = { host: "b", path: "/etc/motd", content: "hello\n" };
  const configuration = {
    host: "a",
    name: "motd",
    files: { "/etc/motd": { content: "x" }, "/etc/issue": { content: "x" } },
  };
  const ofConfiguration = urn("groundwork:posix:Configuration");
  expect((await checked({ ...motd, content: unknown })).failures).toEqual([]);
  expect((await checked(configuration, [], ofConfiguration)).failures).toEqual([
    ["", "a: /etc/motd is declared twice, here and by groundwork:posix:File thing: leave it to one of them"],
  ]);
  expect((await checked(motd)).failures).toEqual([]);
  expect((await checked(other, [], `${fileUrn}-on-b`)).failures).toEqual([]);
  expect((await checked({ ...motd, path: unknown }, [], `${fileUrn}-unknown`)).failures).toEqual([]);

  const role = { host: "a", name: "app" };
  const ofRole = urn("groundwork:postgres:Role");
  expect((await checked(role, [], ofRole)).failures).toEqual([]);
  expect((await checked({ ...role, port: 5433 }, [], `${ofRole}-of-another-cluster`)).failures).toEqual([]);
  expect((await checked(role, [], `${ofRole}-again`)).failures).toHaveLength(1);
});

test("a wrong value is refused at its property; a secret one is named only in the reason", async () => {
  await offline();
  const wrong = { ...motd, mode: "rwx", path: "relative/secret" };
  const { failures } = await checked(wrong, [["path"]]);
  expect(failures).toEqual([
    ["", expect.stringMatching(/^secret path: give an absolute path/)],
    ["mode", expect.stringMatching(/four octal digits/)],
  ]);
  expect(JSON.stringify(failures)).not.toContain("relative/secret");
});

test("without a host in reach it neither reads nor writes, and says so", async () => {
  await offline();
  const create = new rpc.CreateRequest().setUrn(fileUrn).setProperties(wrap(motd));
  await expect(call("create", create)).rejects.toThrow("a: `offline` is set: no host is contacted");

  const read = new rpc.ReadRequest()
    .setUrn(fileUrn)
    .setId("a/file//etc/motd")
    .setInputs(wrap(motd))
    .setProperties(wrap({ ...motd, sha256: "abc" }));
  const answer = await call<rpc.ReadResponse>("read", read);
  expect(answer.getId()).toBe("a/file//etc/motd");
  expect(unwrap(answer.getProperties()).values).toEqual({ ...motd, sha256: "abc" });
});

test("fault 20: a host that refuses is an error that names it, never an empty answer", async () => {
  const hosts = {
    a: {
      platform: "debian",
      address: "127.0.0.1",
      port: 9,
      user: "root",
      connectTimeoutSec: 0.1,
      sshConfig: "/dev/null",
    },
  };
  await configure({ hosts: JSON.stringify(hosts) });
  const read = new rpc.ReadRequest().setUrn(fileUrn).setId("a/file//etc/motd").setInputs(wrap(motd));
  const whole = /^unknown, not read: a: .*127\.0\.0\.1.*pulumi up \$\(npx groundwork without a\)/;
  await expect(call("read", read)).rejects.toThrow(whole);
  const other = fileUrn.replace(/[^:]+$/, "issue");
  const same = new rpc.ReadRequest()
    .setUrn(other)
    .setId("a/file//etc/issue")
    .setInputs(wrap({ ...motd, path: "/etc/issue" }));
  await expect(call("read", same)).rejects.toThrow(/^unknown, not read: a is out of reach, as told of \S+ \S+$/);
  await expect(call("read", read)).rejects.toThrow(whole);
  const remove = new rpc.DeleteRequest().setUrn(fileUrn).setId("a/file//etc/motd").setProperties(wrap(motd));
  await expect(call("delete", remove)).rejects.toThrow(/^a: .*127\.0\.0\.1/);
});

test("a host that nobody declared, and a type that does not exist, are told with what there is", async () => {
  await configure({ hosts: JSON.stringify({ a: { platform: "debian", address: "a" } }) });
  const other = new rpc.ReadRequest()
    .setUrn(fileUrn)
    .setId("b/file//x")
    .setInputs(wrap({ ...motd, host: "b" }));
  const missing = "b: no such host in the provider's `hosts`; there are: a";
  await expect(call("read", other)).rejects.toThrow(missing);
  expect((await checked({ ...motd, host: "b" })).failures).toEqual([["host", missing]]);
  await expect(checked(motd, [], urn("groundwork:posix:Flie"))).rejects.toThrow(
    /no resource type groundwork:posix:Flie; there are: .*File/,
  );
});

test("what was on a host that the configuration has no more is let go", async () => {
  await configure({ hosts: JSON.stringify({ a: { platform: "debian", address: "a" } }) });
  const recorded = wrap({ ...motd, host: "b" });
  await call("delete", new rpc.DeleteRequest().setUrn(fileUrn).setId("b/file//etc/motd").setProperties(recorded));
});

test("a list that makes no sense is an error, and the server goes on", async () => {
  const users = () => new rpc.ListRequest().setToken("groundwork:posix:User");
  await expect(plugin.list(users())).rejects.toThrow("the engine sent no configuration");
  await offline();
  await expect(plugin.list(users())).rejects.toThrow("a: `offline` is set: no host is contacted");
  await expect(plugin.list(users().setToken("groundwork:posix:File"))).rejects.toThrow(
    /^groundwork:posix:File cannot be listed; there are: .*groundwork:posix:User/,
  );
  await expect(plugin.list(users().setQuery(wrap({ host: "a", shell: "/bin/sh" })))).rejects.toThrow(
    "a list can be narrowed by `host` only, not by shell",
  );
  await expect(plugin.list(users().setQuery(wrap({ host: "b" })))).rejects.toThrow("b: ");
  await expect(plugin.list(users().setContinuationToken("bm9uc2Vuc2U"))).rejects.toThrow(
    "the continuation token is not that of a list",
  );
});

test("a list of a host that is not known yet is computed", async () => {
  await offline();
  const request = new rpc.ListRequest().setToken("groundwork:posix:User").setQuery(wrap({ host: unknown }));
  expect(await plugin.list(request)).toEqual([expect.objectContaining({ computed: {} })]);
});

test.each(["stdin", "SIGTERM", "SIGINT"] as const)("it ends with the engine: %s", async (how) => {
  const ended = once(plugin.process, "exit");
  if (how === "stdin") plugin.process.stdin?.end();
  else plugin.process.kill(how);
  expect(await ended).toEqual([0, null]);
});
