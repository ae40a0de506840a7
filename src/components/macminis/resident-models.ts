import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { Timer } from "../resources.ts";
import { urlOf } from "./urls.ts";

export interface ResidentModelsArgs {
  /** Of the Ollama that has them. Its host has curl. */
  endpoint: Endpoint;
  /** As `ollama pull` names them. */
  models: readonly string[];
}

/** A server that has a model in memory was not just started, and somebody may need the room for another one. */
const script = `found=$(curl -fsS --noproxy '*' --max-time 10 "$SERVER/api/ps") || exit
case $found in '{"models":[]}' | '{"models":null}') ;; *) exit ;; esac
failed=0
for model in $MODELS; do
  curl -fsS --noproxy '*' --max-time 900 -o /dev/null -d "{\\"model\\":\\"$model\\",\\"input\\":[],\\"keep_alive\\":-1}" "$SERVER/api/embed" || failed=1
done
exit $failed`;

/**
 * Has the models that are to stay in memory loaded again within a minute after their server was restarted, by a reboot, a
 * crash or an update: nobody else does before the first question, which would wait for tens of gigabytes.
 *
 * @example
 * new ResidentModels("residents", {
 *   endpoint: { host: "inference", platform: "darwin", address: "192.168.1.12", port: 11434 },
 *   models: ["llama3.3:70b-instruct-q4_K_M", "nomic-embed-text"],
 * });
 */
export class ResidentModels extends pulumi.ComponentResource {
  constructor(name: string, args: ResidentModelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:ResidentModels", name, {}, opts);
    const { host } = args.endpoint;
    new Timer(
      `${name}-timer`,
      {
        host,
        name: "ollama-residents",
        description: "Loads the resident models where their server has none",
        program: "/bin/sh",
        arguments: ["-c", script],
        environment: { SERVER: urlOf(args.endpoint), MODELS: args.models.join(" ") },
        user: "daemon",
        schedule: { everySec: 60 },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
