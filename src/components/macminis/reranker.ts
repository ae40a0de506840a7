import * as pulumi from "@pulumi/pulumi";

import type { Endpoint } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { type PasswordArgs, password } from "../password.ts";
import { Daemon, Exec, File } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { softwareOn } from "../software.ts";

export interface RerankerArgs {
  endpoint: Endpoint;
  /** As Hugging Face names it: `mixedbread-ai/mxbai-rerank-base-v1`. */
  model: string;
  /** Version of infinity_emb. */
  version: string;
  /** Text of requirements.txt; `VERSION` in it becomes `version`. */
  requirements: string;
  /** What clients must send as bearer token (INFINITY_API_KEY). */
  apiKey: PasswordArgs;
}

/** Seconds that a first start may take: it downloads the model. */
const startSec = 900;

/**
 * The rerank server: infinity_emb in a Python environment of its own, since Ollama has no endpoint for that. It sends no
 * usage statistics.
 *
 * @example
 * const reranker = new Reranker("reranker", {
 *   endpoint: { host: "inference", platform: "darwin", address: "192.168.1.12", port: 7997 },
 *   model: "mixedbread-ai/mxbai-rerank-base-v1",
 *   version: "0.0.77",
 *   requirements: "infinity-emb[server,torch]==VERSION",
 *   apiKey: { rotation: 1 },
 * });
 */
export class Reranker extends pulumi.ComponentResource {
  /** Known once it is healthy. */
  readonly url: pulumi.Output<string>;
  /** Known once the server takes it. */
  readonly apiKey: pulumi.Output<string>;
  /** Changes with its model and version; known once it is healthy with them. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: RerankerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Reranker", name, {}, opts);
    const { host, platform, address, port } = args.endpoint;
    const software = softwareOn(platform, "reranker");
    const { user, group, state } = software;
    const url = `http://${address}:${port}`;
    const content = args.requirements.replaceAll("VERSION", args.version);
    const requirements = `${state}/requirements.txt`;
    const environment = `${state}/venv`;

    const parts = installed(name, host, software, { parent: this });
    const wanted = new File(
      `${name}-requirements`,
      { host, path: requirements, content },
      { parent: this, dependsOn: parts },
    );
    const python = new Exec(
      `${name}-python`,
      {
        host,
        name: "reranker-python",
        check: ["sh", "-c", isInstalled, "sh", `${environment}/bin/python`, args.version],
        command: ["sh", "-c", install, "sh", software.program, environment, requirements],
        triggers: { requirements: sha256(content) },
      },
      { parent: this, dependsOn: [wanted] },
    );
    const secret = password(`${name}-api-key`, args.apiKey, { parent: this });
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Rerank server",
        program: `${environment}/bin/infinity_emb`,
        arguments: [
          ...["v2", "--model-id", args.model, "--engine", "torch", "--device", platform === "darwin" ? "mps" : "cpu"],
          ...["--host", address, "--port", String(port)],
        ],
        environment: { HOME: state, HF_HOME: `${state}/models`, DO_NOT_TRACK: "1" },
        secretEnvironment: { INFINITY_API_KEY: secret },
        user,
        group,
        workingDirectory: state,
        restartOn: { requirements: sha256(content) },
        listens: [{ port }],
        readyTimeoutSec: startSec,
      },
      { parent: this, dependsOn: [python] },
    );
    const header = new File(
      `${name}-header`,
      {
        host,
        path: `${software.configuration}/header`,
        content: pulumi.interpolate`Authorization: Bearer ${secret}\n`,
        mode: "0600",
      },
      { parent: this, dependsOn: parts },
    );
    const ask = ["sh", "-c", RERANK, `${url}/rerank`, header.path];
    const healthy = new Exec(
      `${name}-health`,
      {
        host,
        name: "reranker-health",
        check: [...ask, "1"],
        command: [...ask, "10"],
        triggers: { key: secret.apply(sha256) },
      },
      { parent: this, dependsOn: [daemon] },
    );

    this.url = healthy.name.apply(() => url);
    this.apiKey = pulumi.all([secret, healthy.name]).apply(([text]) => text);
    this.digest = healthy.name.apply(() => sha256(JSON.stringify([args.model, content])));
    this.registerOutputs({ url: this.url });
  }
}

/** URL HEADER TRIES: reranks a text as a client does; the key stays in the file of the header. */
const RERANK = `
tries=$2
body='{"query":"test","documents":["test"]}'
while :; do
  said=$(curl -fsS --max-time 60 --noproxy '*' -H "@$1" -H 'Content-Type: application/json' -d "$body" "$0" 2>&1) &&
    case $said in *relevance_score*) exit 0 ;; esac
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || break
  sleep 2
done
echo "$0 reranks nothing: $said" >&2
exit 1`;

/** PYTHON VERSION: ends with 1 where it is not there, or another. */
const isInstalled = `[ -x "$1" ] && [ "$("$1" -c 'from importlib.metadata import version; print(version("infinity-emb"))' 2>/dev/null)" = "$2" ] || exit 1`;

/** PYTHON ENVIRONMENT REQUIREMENTS. */
const install = `"$1" -m venv "$2" && "$2/bin/pip" install --no-cache-dir --progress-bar off -r "$3"`;
