import * as grpc from "@grpc/grpc-js";
import sdk from "@pulumi/pulumi/package.json" with { type: "json" };
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import lang from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

interface Methods {
  readonly run: grpc.handleUnaryCall<lang.RunRequest, lang.RunResponse>;
  /** Asked only where the engine finds a host that listens already. */
  readonly handshake?: grpc.handleUnaryCall<lang.LanguageHandshakeRequest, lang.LanguageHandshakeResponse>;
}

/**
 * Listens on a port of its own and prints that as its first line; ends when its standard input closes.
 *
 * @param stop stops programs, when the engine says so (Cancel) or dies (our standard input closes)
 */
export function serve(methods: Methods, stop: () => void): void {
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, {
    ...methods,
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(sdk.version)),
    // None: the engine fetches what resources ask for, and Pulumi.yaml names the local ones.
    getRequiredPackages: unary(() => new lang.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new lang.GetRequiredPluginsResponse()),
    getProgramDependencies: unary(() => new lang.GetProgramDependenciesResponse()),
    runtimeOptionsPrompts: unary(() => new lang.RuntimeOptionsResponse()),
    about: unary(() => new lang.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    // The project installs its own packages: report success, print nothing.
    installDependencies: (call: grpc.ServerWritableStream<lang.InstallDependenciesRequest, unknown>) => call.end(),
    cancel: unary(() => {
      stop();
      return new empty.Empty();
    }),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port);
  });
  process.stdin.resume().once("close", () => {
    stop();
    process.exit();
  });
}

const unary =
  <Response>(respond: () => Response): grpc.handleUnaryCall<unknown, Response> =>
  (_call, callback) =>
    callback(null, respond());
