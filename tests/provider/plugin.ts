// The provider process as the engine sees it: started, spoken to over gRPC, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";

import { wrap } from "../../src/provider/rpc/wire.ts";
import type { Values } from "../../src/provider/values.ts";
import { root } from "../../tools/toolchain/places.ts";

type Client = InstanceType<typeof service.ResourceProviderClient>;

export interface Plugin {
  readonly process: ChildProcess;
  /** Calls by name; rejects with what the provider says. */
  call<Response>(method: keyof Client, request: object): Promise<Response>;
  configure(settings: Values): Promise<rpc.ConfigureResponse>;
  /** All that a call answers, and what it ends with. */
  list(request: rpc.ListRequest): Promise<rpc.ListResponse.AsObject[]>;
  end(): Promise<void>;
}

export async function startPlugin(): Promise<Plugin> {
  const process = spawn(join(root, "plugin/pulumi-resource-groundwork"), { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(process.stdout!, "data");
  const address = `127.0.0.1:${String(port).trim()}`;
  const client = new service.ResourceProviderClient(address, grpc.credentials.createInsecure());

  const call: Plugin["call"] = (method, request) =>
    new Promise((resolve, reject) => {
      const send = client[method] as unknown as (
        request: object,
        done: (error: grpc.ServiceError | null, response: never) => void,
      ) => void;
      send.call(client, request, (error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
    });
  return {
    process,
    call,
    configure: (settings) => call("configure", new rpc.ConfigureRequest().setArgs(wrap(settings, [["hosts"]]))),
    list: (request) =>
      new Promise((resolve, reject) => {
        const answers: rpc.ListResponse.AsObject[] = [];
        client
          .list(request)
          .on("data", (response: rpc.ListResponse) => answers.push(response.toObject()))
          .on("error", (error: grpc.ServiceError) => reject(new Error(error.details)))
          .on("end", () => resolve(answers));
      }),
    async end() {
      client.close();
      if (process.exitCode !== null || process.signalCode !== null) return;
      process.stdin?.end();
      await once(process, "exit");
    },
  };
}
