// A text that was cut in the middle of a character: gRPC can send no half of one.
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import type plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";

import { EngineLog } from "../../src/provider/rpc/engine-log.ts";
import { InitFailed, streamed, unary } from "../../src/provider/rpc/responses.ts";
import { wrap } from "../../src/provider/rpc/wire.ts";

const cut = "it said: 🙂".slice(0, -1);
const sent = "it said: �";

const heard: engine.LogRequest.AsObject[] = [];
const server = new grpc.Server();
let address: string;
let client: InstanceType<typeof service.ResourceProviderClient>;

beforeAll(async () => {
  server.addService(service.ResourceProviderService, {
    getPluginInfo: unary((): plugin.PluginInfo => {
      throw new Error(cut);
    }),
    read: unary((): rpc.ReadResponse => {
      throw new InitFailed("id", wrap({}), wrap({ unread: cut }), cut);
    }),
    list: streamed(async (): Promise<rpc.ListResponse[]> => {
      throw new Error(cut);
    }),
  });
  server.addService(engineService.EngineService, {
    log: unary((request: engine.LogRequest) => {
      heard.push(request.toObject());
      return new empty.Empty();
    }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  address = `127.0.0.1:${port}`;
  client = new service.ResourceProviderClient(address, grpc.credentials.createInsecure());
});
afterAll(() => {
  client?.close();
  server.forceShutdown();
});

test("is an error like any other", async () => {
  const error = await new Promise<grpc.ServiceError | null>((resolve) =>
    client.getPluginInfo(new empty.Empty(), (error) => resolve(error)),
  );
  expect(error?.details).toBe(sent);
});

test("is told of what cannot be read yet, and recorded", async () => {
  const error = await new Promise<grpc.ServiceError | null>((resolve) =>
    client.read(new rpc.ReadRequest(), (error) => resolve(error)),
  );
  expect(error?.details).toBe(sent);
  const [bytes] = error?.metadata.get("grpc-status-details-bin") ?? [];
  const [detail] = status.Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const failure = rpc.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
  expect(failure.getReasonsList()).toEqual([sent]);
  expect(failure.getProperties()?.toJavaScript()).toEqual({ unread: sent });
});

test("ends a list", async () => {
  const [error] = (await once(client.list(new rpc.ListRequest()), "error")) as [grpc.ServiceError];
  expect(error.details).toBe(sent);
});

test("is shown in the engine's log", async () => {
  const log = new EngineLog();
  log.connect(address);
  log.log("warning", "", cut);
  log.progress("", "storage", cut);
  await expect.poll(() => heard.map(({ message }) => message)).toEqual([sent, sent]);
});

test("where something was moved to stays to be read, other progress goes", async () => {
  heard.length = 0;
  const log = new EngineLog();
  log.connect(address);
  log.progress("", "storage", "unpacking /opt/app");
  log.progress("", "storage", "moved aside what stood there: /opt/app.groundwork-1");
  await expect
    .poll(() => heard.map(({ severity, ephemeral, message }) => ({ severity, ephemeral, message })))
    .toEqual([
      { severity: engine.LogSeverity.INFO, ephemeral: true, message: "unpacking /opt/app" },
      {
        severity: engine.LogSeverity.WARNING,
        ephemeral: false,
        message: "storage: moved aside what stood there: /opt/app.groundwork-1",
      },
    ]);
});
