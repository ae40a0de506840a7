// A provider that does nothing: it answers every call at once with what it was told. What a run costs with it is the
// engine's share, the floor that no provider gets below.
import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { fileSchema } from "../src/schemas/file.ts";

const unary =
  <Request, Response>(respond: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> =>
  ({ request }, callback) =>
    callback(null, respond(request));

const methods: grpc.UntypedServiceImplementation = {
  handshake: unary(() => new rpc.ProviderHandshakeResponse()),
  getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("0.0.0")),
  checkConfig: unary((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(() => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE)),
  configure: unary(() => new rpc.ConfigureResponse().setSupportspreview(true)),
  check: unary((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews())),
  diff: unary(() => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE).setHasdetaileddiff(true)),
  create: unary((request: rpc.CreateRequest) =>
    new rpc.CreateResponse()
      .setId(request.getUrn())
      .setProperties(request.getProperties())
      .setRefreshBeforeUpdate(true),
  ),
  read: unary((request: rpc.ReadRequest) =>
    new rpc.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(request.getProperties())
      .setRefreshBeforeUpdate(true),
  ),
  update: unary((request: rpc.UpdateRequest) =>
    new rpc.UpdateResponse().setProperties(request.getNews()).setRefreshBeforeUpdate(true),
  ),
  delete: unary(() => new empty.Empty()),
  getSchema: unary(() =>
    new rpc.GetSchemaResponse().setSchema(
      JSON.stringify({ name: "null", resources: { "null:posix:File": { description: fileSchema.description } } }),
    ),
  ),
};

const server = new grpc.Server();
server.addService(service.ResourceProviderService, methods);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
process.stdin.resume().once("close", () => process.exit());
