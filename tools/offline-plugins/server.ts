// The one file that speaks Pulumi's provider protocol.
import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineRpc from "@pulumi/pulumi/proto/engine_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import type { Change } from "./inputs.ts";
import type { Call, Plugin, Resource } from "./plugin.ts";
import { fromStruct, toStruct } from "./wire.ts";

/** Serves the engine that started this process and named its own address as the last argument. */
export function serve(provider: Plugin): void {
  const engine = engineAt(
    process.argv
      .slice(2)
      .filter((argument) => !argument.startsWith("-"))
      .at(-1),
  );
  const server = new grpc.Server();
  server.addService(service.ResourceProviderService, methods(provider, engine));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port); // the engine reads our port from the first line
  });
  // The engine holds our standard input open: when it dies, even by SIGKILL, so do we.
  process.stdin.resume().once("close", () => process.exit());
}

function methods(provider: Plugin, engine: Engine): grpc.UntypedServiceImplementation {
  const { name, version, acceptSecrets = false } = provider;
  const notice = `${name} ${version}: groundwork's offline stand-in, since the official plugin cannot be downloaded here`;

  const resource = (urn: string): Resource => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? ""; // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    const found = provider.resources[type];
    if (found) return found;
    throw new Error(`The offline stand-in of the ${name} plugin has no ${type}; it needs the official plugin`);
  };
  const call = (urn: string): Call => ({
    name: urn.split("::").at(-1) ?? "",
    log: (line) => void engine.log(line, urn).catch(() => undefined),
  });

  return {
    handshake: unary(() => new rpc.ProviderHandshakeResponse().setAcceptSecrets(acceptSecrets)),
    attach: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify(provider.schema))),
    cancel: unary(() => {
      provider.cancel?.();
      return new empty.Empty();
    }),
    checkConfig: unary((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary(async () => {
      await engine.log(notice);
      return new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(acceptSecrets);
    }),

    check: unary((request: rpc.CheckRequest) => {
      const faults = resource(request.getUrn()).check(fromStruct(request.getNews()));
      // The engine prints the value of a property named in a failure, and a map may hold secrets.
      const failures = faults.map(({ property, reason }) =>
        ["keepers", "environment"].includes(property)
          ? new rpc.CheckFailure().setReason(`${property} ${reason}`)
          : new rpc.CheckFailure().setProperty(property).setReason(reason),
      );
      return new rpc.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
    }),

    diff: unary((request: rpc.DiffRequest) => {
      const [state, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      return diffResponse(resource(request.getUrn()).diff(state, inputs));
    }),

    create: unary(async (request: rpc.CreateRequest) => {
      const urn = request.getUrn();
      const target = resource(urn);
      const inputs = fromStruct(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(toStruct(target.preview(inputs)));
      const { id, state } = await target.create(inputs, call(urn));
      return new rpc.CreateResponse().setId(id).setProperties(toStruct(state));
    }),

    read: unary(async (request: rpc.ReadRequest) => {
      const { id, state, inputs } = await resource(request.getUrn()).read(
        request.getId(),
        fromStruct(request.getProperties()),
      );
      return new rpc.ReadResponse()
        .setId(id)
        .setInputs(inputs ? toStruct(inputs) : request.getInputs())
        .setProperties(toStruct(state));
    }),

    update: unary(async (request: rpc.UpdateRequest) => {
      const urn = request.getUrn();
      const [state, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const preview = request.getPreview();
      const updated = await resource(urn).update(state, inputs, { ...call(urn), preview });
      return new rpc.UpdateResponse().setProperties(toStruct(updated));
    }),

    delete: unary(async (request: rpc.DeleteRequest) => {
      const urn = request.getUrn();
      await resource(urn).delete?.(fromStruct(request.getProperties()), call(urn));
      return new empty.Empty();
    }),
  };
}

function diffResponse(changes: readonly Change[]): rpc.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
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
}

interface Engine {
  log(message: string, urn?: string): Promise<void>;
}

function engineAt(address: string | undefined): Engine {
  if (address === undefined) return { log: async () => undefined };
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  return {
    log: (message, urn = "") => {
      const severity = engineRpc.LogSeverity.INFO;
      const request = new engineRpc.LogRequest().setSeverity(severity).setMessage(message).setUrn(urn);
      return new Promise((resolve, reject) => {
        client.log(request, (error: grpc.ServiceError | null) => (error ? reject(error) : resolve()));
      });
    },
  };
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
