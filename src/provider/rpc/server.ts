// Where Pulumi's provider protocol ends. Order of calls, per plugin process: Handshake, CheckConfig, (DiffConfig),
// Configure, then per resource Check, Diff, Create/Read/Update/Delete.
import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { providerConfig } from "../../schemas/host.ts";
import { check, describe } from "../check.ts";
import { HostPool } from "../host-pool.ts";
import type { Resource } from "../resource.ts";
import type { Connect } from "../transports/runner.ts";
import { changes, holdsUnknown, type Values } from "../values.ts";
import { Calls } from "./calls.ts";
import { diffResponse } from "./diff.ts";
import { EngineLog } from "./engine-log.ts";
import { packageSchema } from "./package-schema.ts";
import { streamed, unanswered, unary } from "./responses.ts";
import { unwrap } from "./wire.ts";

/** For answers to an engine that hardly listens any more. */
const LAST_WORDS_MS = 1000;

export interface Provider {
  readonly name: string;
  readonly version: string;
  readonly resources: readonly Resource[];
  readonly connect: Connect;
}

export function serve(provider: Provider): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const { methods, close } = implementation(provider);
  server.addService(service.ResourceProviderService, methods);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`); // the engine reads our port from the first line; later lines become diagnostics
  });
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    const isAwaited = unanswered.size > 0;
    void close().finally(() => {
      if (!isAwaited) process.exit();
      // What is under way failed with its connection: that is still told.
      server.tryShutdown(() => process.exit());
      setTimeout(() => process.exit(), LAST_WORDS_MS);
    });
  };
  // The engine holds our standard input open: when it dies, even by SIGKILL, so do we.
  process.stdin.resume().once("close", end);
  process.once("SIGTERM", end).once("SIGINT", end); // the engine ends us with SIGINT, and waits 5 s for it
}

function implementation(provider: Provider): { methods: grpc.UntypedServiceImplementation; close(): Promise<void> } {
  const log = new EngineLog();
  let calls: Calls | undefined;
  let pool: HostPool | undefined;
  const configured = (): Calls => {
    if (!calls) throw new Error("the engine sent no configuration before the first resource");
    return calls;
  };

  const methods: grpc.UntypedServiceImplementation = {
    handshake: unary((request: rpc.ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      return new rpc.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: unary((request: plugin.PluginAttach) => {
      log.connect(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(provider)))),
    cancel: unary(() => {
      pool?.cancel();
      return new empty.Empty();
    }),

    checkConfig: unary((request: rpc.CheckRequest) => {
      const response = new rpc.CheckResponse().setInputs(request.getNews());
      // Connections hold passwords: failures name no property, or the engine would print its value.
      for (const failure of check(providerConfig, settings(unwrap(request.getNews()).values)).failures) {
        response.addFailures(new rpc.CheckFailure().setReason(describe(failure)));
      }
      return response;
    }),
    // A connection is nobody's identity: a new address or key replaces nothing. The engine must hear of it, though, or
    // it goes on with the process that has the old one.
    diffConfig: unary((request: rpc.DiffRequest) => {
      const [before, after] = [request.getOldInputs() ?? request.getOlds(), request.getNews()].map(
        (values) => unwrap(values).values,
      );
      for (const name of dropped(before, after)) {
        const what = "what is recorded of it will be forgotten, and nothing is removed there";
        log.log("warning", request.getUrn(), `${name} is no longer a host: ${what}`);
      }
      return diffResponse(
        ["hosts", "offline"].flatMap((key) => changes(before?.[key], after?.[key], [key])),
        { replaceOn: [] },
      );
    }),
    configure: unary((request: rpc.ConfigureRequest) => {
      const config = unwrap(request.getArgs());
      const parsed = providerConfig.parse(settings(config.values));
      pool = new HostPool(parsed, provider.connect);
      calls = new Calls(provider.resources, pool, log, passwords(parsed));
      if (parsed.offline)
        log.log("warning", "", "offline: no host is contacted; this compares the program with the state only");
      return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: unary((request: rpc.CheckRequest) => configured().check(request)),
    diff: unary((request: rpc.DiffRequest) => configured().diff(request)),
    create: unary((request: rpc.CreateRequest) => configured().create(request)),
    read: unary((request: rpc.ReadRequest) => configured().read(request)),
    update: unary((request: rpc.UpdateRequest) => configured().update(request)),
    delete: unary((request: rpc.DeleteRequest) => configured().delete(request)),
    list: streamed(async (request: rpc.ListRequest) => configured().list(request)),
  };
  return { methods, close: () => pool?.close() ?? Promise.resolve() };
}

/** Settings arrive as strings, structured ones as JSON. */
function settings({ hosts, offline }: Values): Values {
  if (holdsUnknown(hosts)) return { hosts: {}, offline: true };
  return {
    hosts: typeof hosts === "string" ? JSON.parse(hosts) : hosts,
    offline: offline === true || offline === "true",
  };
}

/** Hosts that the new settings do not have; none where these are not known yet. */
function dropped(before: Values = {}, after: Values = {}): string[] {
  const [old, now] = [settings(before), settings(after)];
  return now["offline"]
    ? []
    : Object.keys(old["hosts"] ?? {}).filter((name) => !Object.hasOwn(now["hosts"] ?? {}, name));
}

const passwords = (config: { hosts: Record<string, { sudo?: { password?: string } }> }): string[] =>
  Object.values(config.hosts).flatMap(({ sudo }) => (sudo?.password ? [sudo.password] : []));
