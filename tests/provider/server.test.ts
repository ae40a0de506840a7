// The provider process as the engine sees it: started, spoken to over gRPC, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, expect, test } from "vitest";

import { resources } from "../../src/provider/registry.ts";
import { unwrap, wrap } from "../../src/provider/rpc/wire.ts";
import type { Path, Values } from "../../src/provider/values.ts";
import { root } from "../../tools/toolchain/places.ts";

type Client = InstanceType<typeof service.ResourceProviderClient>;

let plugin: ChildProcess;
let client: Client;

beforeEach(async () => {
  plugin = spawn(join(root, "plugin/pulumi-resource-groundwork"), { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(plugin.stdout!, "data");
  client = new service.ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  if (plugin.exitCode !== null || plugin.signalCode !== null) return;
  plugin.stdin?.end();
  await once(plugin, "exit");
});

/** Calls by name; rejects with what the provider says. */
function call<Response>(method: keyof Client, request: object): Promise<Response> {
  return new Promise((resolve, reject) => {
    const send = client[method] as unknown as (
      request: object,
      done: (error: grpc.ServiceError | null, response: Response) => void,
    ) => void;
    send.call(client, request, (error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
  });
}

const urn = (type: string) => `urn:pulumi:test::project::${type}::thing`;
const fileUrn = urn("groundwork:posix:File");
const motd = { host: "a", path: "/etc/motd", content: "hello\n" };

const configure = (settings: Values) =>
  call<rpc.ConfigureResponse>("configure", new rpc.ConfigureRequest().setArgs(wrap(settings, [["hosts"]])));
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
  await expect(call("read", read)).rejects.toThrow(/^unknown, not read: a: .*127\.0\.0\.1/);
  const remove = new rpc.DeleteRequest().setUrn(fileUrn).setId("a/file//etc/motd").setProperties(wrap(motd));
  await expect(call("delete", remove)).rejects.toThrow(/^a: .*127\.0\.0\.1/);
});

test("a host that nobody declared, and a type that does not exist, are told with what there is", async () => {
  await configure({ hosts: JSON.stringify({ a: { platform: "debian", address: "a" } }) });
  const other = new rpc.ReadRequest()
    .setUrn(fileUrn)
    .setId("b/file//x")
    .setInputs(wrap({ ...motd, host: "b" }));
  await expect(call("read", other)).rejects.toThrow("b: no such host in the provider's `hosts`; there are: a");
  await expect(checked(motd, [], urn("groundwork:posix:Flie"))).rejects.toThrow(
    /no resource type groundwork:posix:Flie; there are: .*File/,
  );
});

test.each(["stdin", "SIGTERM", "SIGINT"] as const)("it ends with the engine: %s", async (how) => {
  const ended = once(plugin, "exit");
  if (how === "stdin") plugin.stdin?.end();
  else plugin.kill(how);
  expect(await ended).toEqual([0, null]);
});
