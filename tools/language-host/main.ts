// A language host for Node programs: the process the Pulumi engine starts to run a stack's program.
// Needed only where Pulumi's own `pulumi-language-nodejs` cannot be downloaded.
// The engine passes its own address as the last argument and reads our port from our first line.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import * as grpc from "@grpc/grpc-js";
import sdk from "@pulumi/pulumi/package.json" with { type: "json" };
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import lang from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { programArguments, programEnvironment } from "./run-options.ts";

const engine =
  process.argv
    .slice(2)
    .filter((argument) => !argument.startsWith("-"))
    .at(-1) ?? "";
const preload = pathToFileURL(path.join(path.dirname(process.argv[1] ?? ""), "uncoloured-errors.mjs")); // installed beside

/** How `@pulumi/pulumi/cmd/run` exits once it has shown the program's error to the user itself. */
const ALREADY_REPORTED = 32;

const programs = new Set<ChildProcess>();

const run: grpc.handleUnaryCall<lang.RunRequest, lang.RunResponse> = ({ request }, callback) => {
  const reply = (fill: (response: lang.RunResponse) => void) => {
    const response = new lang.RunResponse();
    fill(response);
    callback(null, response);
  };

  let program: ChildProcess;
  try {
    program = spawn(process.execPath, programArguments(request, engine, preload), {
      cwd: request.getPwd(),
      env: { ...process.env, ...programEnvironment(request) },
      stdio: ["ignore", "inherit", "inherit"], // the engine shows what we print after our port
    });
  } catch (error) {
    return reply((response) => response.setError(String(error)));
  }

  programs.add(program);
  program.once("error", (error) => reply((response) => response.setError(`Cannot start node: ${error.message}`)));
  program.once("exit", (code, signal) => {
    programs.delete(program);
    reply((response) => {
      if (code === ALREADY_REPORTED) response.setBail(true);
      else if (code !== null && code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
      else if (signal !== null) response.setError(`Program was ended by ${signal}`);
    });
  });
};

/** Programs stop with the engine, whether it says so (Cancel) or dies (our standard input closes). */
function stopPrograms(): void {
  for (const program of programs) program.kill("SIGTERM");
}

const unary =
  <Response>(respond: () => Response): grpc.handleUnaryCall<unknown, Response> =>
  (_call, callback) =>
    callback(null, respond());

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  run,
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
    stopPrograms();
    return new empty.Empty();
  }),
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.resume().once("close", () => {
  stopPrograms();
  process.exit();
});
