// A language host for Node programs: the process the Pulumi engine starts to run a stack's program.
// Needed only where Pulumi's own `pulumi-language-nodejs` cannot be downloaded.
// The engine passes its own address as the last argument and reads our port from our first line.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type * as grpc from "@grpc/grpc-js";
import lang from "@pulumi/pulumi/proto/language_pb.js";

import { programArguments, programEnvironment } from "./run-options.ts";
import { serve } from "./serve.ts";

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

serve({ run }, () => {
  for (const program of programs) program.kill("SIGTERM");
});
