// The one file that speaks Pulumi's provider protocol. Secrets in inputs are the engine's business: we do not accept
// them, so it opens them for us and marks what is recorded under the same name.
import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineRpc from "@pulumi/pulumi/proto/engine_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

import { checkInputs } from "./check.ts";
import { difference } from "./diff.ts";
import { fromStruct, type RandomResource, UNKNOWN, type Values, withDefaults } from "./resource.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export interface Plugin {
  name: string;
  version: string;
  schema: object;
  /** Said once in every run. */
  notice: string;
  /** Type token to resource. */
  resources: Readonly<Record<string, RandomResource>>;
}

export function serve(provider: Plugin, engine: string | undefined): void {
  const server = new grpc.Server();
  server.addService(service.ResourceProviderService, methods(provider, engine));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port); // the engine reads our port from the first line
  });
  // The engine holds our standard input open: when it dies, even by SIGKILL, so do we.
  process.stdin.resume().once("close", () => process.exit());
}

function methods(provider: Plugin, engine: string | undefined): grpc.UntypedServiceImplementation {
  const resource = (urn: string): RandomResource => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? ""; // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    const found = provider.resources[type];
    if (found) return found;
    throw new Error(`The offline stand-in of the random plugin has no ${type}; it needs the official plugin`);
  };

  return {
    handshake: unary(() => new rpc.ProviderHandshakeResponse()),
    attach: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify(provider.schema))),
    cancel: unary(() => new empty.Empty()),
    checkConfig: unary((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary(async () => {
      if (engine) await say(engine, provider.notice);
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),

    check: unary((request: rpc.CheckRequest) => {
      const faults = checkInputs(resource(request.getUrn()), fromStruct(request.getNews()));
      // The engine prints the value of a property named in a failure, and keepers may be secret.
      const failures = faults.map(({ property, reason }) =>
        property === "keepers"
          ? new rpc.CheckFailure().setReason(`keepers ${reason}`)
          : new rpc.CheckFailure().setProperty(property).setReason(reason),
      );
      return new rpc.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
    }),

    diff: unary((request: rpc.DiffRequest) => {
      const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
      const state = fromStruct(request.getOlds());
      const changes = difference(resource(request.getUrn()), state, fromStruct(request.getNews()));
      const response = new rpc.DiffResponse()
        .setHasdetaileddiff(true)
        .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changes.map(({ property }) => property))
        .setReplacesList(changes.filter(({ replace }) => replace).map(({ property }) => property));
      for (const { property, kind, replace } of changes) {
        const detail = rpc.PropertyDiff.Kind[replace ? (`${kind}_REPLACE` as const) : kind];
        response.getDetaileddiffMap().set(property, new rpc.PropertyDiff().setKind(detail));
      }
      return response;
    }),

    create: unary(async (request: rpc.CreateRequest) => {
      const target = resource(request.getUrn());
      const inputs = withDefaults(target, fromStruct(request.getProperties()));
      if (request.getPreview()) {
        const unknown = Object.fromEntries(["id", ...target.outputs].map((name) => [name, UNKNOWN]));
        return new rpc.CreateResponse().setProperties(record(target, { ...inputs, ...unknown }));
      }
      const { id, outputs } = await target.generate(inputs);
      return new rpc.CreateResponse().setId(id).setProperties(record(target, { ...inputs, ...outputs, id }));
    }),

    // A random value lives in the state alone: there is nothing to read but an import.
    read: unary(async (request: rpc.ReadRequest) => {
      const target = resource(request.getUrn());
      const state = fromStruct(request.getProperties());
      if (Object.keys(state).length > 0) {
        return new rpc.ReadResponse()
          .setId(request.getId())
          .setInputs(request.getInputs())
          .setProperties(record(target, state));
      }
      const { id, inputs, outputs } = await target.adopt(request.getId());
      return new rpc.ReadResponse()
        .setId(id)
        .setInputs(struct.Struct.fromJavaScript(inputs as Record<string, struct.JavaScriptValue>))
        .setProperties(record(target, { ...withDefaults(target, inputs), ...outputs, id }));
    }),

    update: unary((request: rpc.UpdateRequest) => {
      const target = resource(request.getUrn());
      const state = fromStruct(request.getOlds());
      const kept = Object.fromEntries(["id", ...target.outputs].map((name) => [name, state[name]]));
      const inputs = withDefaults(target, fromStruct(request.getNews()));
      return new rpc.UpdateResponse().setProperties(record(target, { ...inputs, ...kept }));
    }),

    delete: unary(() => new empty.Empty()),
  };
}

/** The state as the official plugin records it. */
function record(resource: RandomResource, values: Values): struct.Struct {
  const secret = (name: string) => resource.secretOutputs?.includes(name);
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, secret(name) ? { [SIGNATURE]: SECRET, value } : value]);
  const meta = resource.stateVersion && { __meta: JSON.stringify({ schema_version: resource.stateVersion }) };
  return struct.Struct.fromJavaScript({ ...meta, ...Object.fromEntries(entries) });
}

function say(address: string, message: string): Promise<void> {
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  const request = new engineRpc.LogRequest().setSeverity(engineRpc.LogSeverity.INFO).setMessage(message);
  return new Promise((resolve, reject) => {
    client.log(request, (error: grpc.ServiceError | null) => (error ? reject(error) : resolve()));
  });
}

function unary<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return async ({ request }, callback) => {
    try {
      callback(null, await respond(request));
    } catch (error) {
      callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) });
    }
  };
}
