// A language host that runs the programs of many Pulumi commands in its own process, as the Automation API runs inline ones:
// most of what a command on a few resources costs is the start of Node and of Pulumi's SDK, once for its program and
// twice for its language host. The engine is told by PULUMI_DEBUG_LANGUAGES to use what listens on our port. Programs share
// the folder, the environment and the handlers of the process: what is about these runs its program as users do.
import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import * as automation from "@pulumi/pulumi/automation/server.js";
import lang from "@pulumi/pulumi/proto/language_pb.js";

import { programInfo } from "../../tools/language-host/run-options.ts";
import { serve } from "../../tools/language-host/serve.ts";
import { root } from "../../tools/toolchain/places.ts";

type Run = grpc.handleUnaryCall<lang.RunRequest, lang.RunResponse>;
const { LanguageServer } = automation as unknown as { LanguageServer: new (program: () => unknown) => { run: Run } };

let runs = 0;
/** What programs export as default, by their files: it is called at each run. Others are loaded anew. */
const mains = new Map<string, () => unknown>();
/** Address of each engine, which takes the program's messages, by that of its connection to us. */
const engines = new Map<string, string>();

const handshake: grpc.handleUnaryCall<lang.LanguageHandshakeRequest, lang.LanguageHandshakeResponse> = (
  call,
  callback,
) => {
  engines.set(call.getPeer(), call.request.getEngineAddress());
  callback(null, new lang.LanguageHandshakeResponse());
};

const run: Run = (call, callback) => {
  const { request } = call;
  const engine = engines.get(call.getPeer());
  if (!engine) return callback(new Error("An engine runs a program before it shakes hands"));
  request.setArgsList([engine]); // where the server looks for it
  const info = programInfo(request);
  const file = path.join(info.getProgramDirectory(), info.getEntryPoint());
  process.chdir(info.getProgramDirectory());
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(request.getConfigsecretkeysList());

  // As Pulumi's own: a RunError is shown without more words.
  let shown = false;
  const program = async () => {
    try {
      const known = mains.get(file);
      if (known) return await known();
      const { default: main, ...outputs } = await import(`${pathToFileURL(file)}?run=${++runs}`);
      if (typeof main !== "function") return outputs;
      mains.set(file, main);
      return await main();
    } catch (error) {
      shown = pulumi.RunError.isInstance(error);
      if (shown) await pulumi.log.error((error as Error).message);
      throw error;
    }
  };
  let answered = false; // after an error the server calls back twice
  new LanguageServer(program).run(call, (error, response) => {
    if (answered) return;
    answered = true;
    process.chdir(root); // the program's folder may go
    if (!error) return callback(null, response);
    const said = "message" in error ? error.message : String(error);
    callback(null, shown ? new lang.RunResponse().setBail(true) : new lang.RunResponse().setError(said ?? ""));
  });
};

serve({ run, handshake }, () => undefined); // a program ends by itself once its engine is gone
