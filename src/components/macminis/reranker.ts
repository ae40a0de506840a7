import * as pulumi from "@pulumi/pulumi";

import type { ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { type PasswordArgs, password } from "../password.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { Daemon, Exec, File } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { softwareOn } from "../software.ts";
import { urlOf } from "./urls.ts";

export interface RerankerArgs extends ServedArgs {
  /** As Hugging Face names it: `mixedbread-ai/mxbai-rerank-base-v1`. */
  model: string;
  /** Commit of it. @default the newest there is when it is downloaded */
  revision?: string | undefined;
  /** Version of infinity_emb. */
  version: string;
  /** Text of requirements.txt, which names every package with its version and digests; infinity-emb gets `version`. */
  requirements: string;
  /** What clients must send as bearer token (INFINITY_API_KEY). */
  apiKey: PasswordArgs;
}

/** Seconds that a start may take: torch, the model, and a measurement of its speed. */
const startSec = 180;

/**
 * The rerank server: infinity_emb in a Python environment of its own, since Ollama has no endpoint for that. It sends no
 * usage statistics, and once its model is downloaded it asks nobody for it: it starts without the internet, with the same.
 * Programs that come with a model are not run.
 *
 * @example
 * import { readFileSync } from "node:fs";
 *
 * const reranker = new Reranker("reranker", {
 *   endpoint: { host: "inference", platform: "darwin", address: "192.168.1.12", port: 7997 },
 *   model: "mixedbread-ai/mxbai-rerank-base-v1",
 *   version: "0.0.77",
 *   requirements: readFileSync("templates/reranker/requirements.txt", "utf8"),
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
    const url = urlOf(args.endpoint);
    const requirements = requirementsFor(args.version, args.requirements, this);
    const huggingFace = `${state}/models`;
    const downloaded = `${huggingFace}/${sha256([args.model, args.revision, requirements].join("")).slice(0, 12)}`;

    const { parts } = installed(name, args.endpoint, software, { parent: this });
    const environment = pythonEnvironment(
      name,
      { host, program: software.daemon, requirements, python: software.program },
      { parent: this, dependsOn: parts },
    );
    const asked = [args.model, args.revision ?? ""];
    const model = new Exec(
      `${name}-model`,
      {
        host,
        name: "reranker-model",
        user,
        check: ["test", "-e", downloaded],
        command: ["sh", "-c", download, `${environment.folder}/bin/python`, ...asked, huggingFace, downloaded],
      },
      { parent: this, dependsOn: [environment.installed] },
    );
    const secret = password(`${name}-api-key`, args.apiKey, { parent: this });
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Rerank server",
        program: `${environment.folder}/bin/infinity_emb`,
        arguments: [
          ...["v2", "--model-id", args.model, "--engine", "torch", "--device", platform === "darwin" ? "mps" : "cpu"],
          ...(args.revision ? ["--revision", args.revision] : []),
          "--no-trust-remote-code",
          "--no-bettertransformer", // infinity fails where Optimum, which had it, is not installed
          ...["--host", address, "--port", String(port)],
        ],
        environment: { HOME: state, HF_HOME: huggingFace, HF_HUB_OFFLINE: "1", DO_NOT_TRACK: "1" },
        secretEnvironment: { INFINITY_API_KEY: secret },
        user,
        group,
        workingDirectory: state,
        listens: [{ port }],
        readyTimeoutSec: startSec,
      },
      { parent: this, dependsOn: [model] },
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
    environment.replacesOthers(healthy);

    this.url = healthy.name.apply(() => url);
    this.apiKey = pulumi.all([secret, healthy.name]).apply(([text]) => text);
    this.digest = healthy.name.apply(() => sha256(JSON.stringify([...asked, requirements])));
    this.registerOutputs({ url: this.url });
  }
}

/** Those of another version than they name have no digests: pip takes those of all, or none. */
function requirementsFor(version: string, requirements: string, component: pulumi.Resource): string {
  const named = /^infinity-emb==[^\s;\\]+/m;
  const wanted = `infinity-emb==${version}`;
  if (named.exec(requirements)?.[0] === wanted) return requirements;
  const digests = /[ \\\n]+--hash=\S+/g;
  if (digests.test(requirements)) {
    const said = `infinity_emb ${version} is another version than its requirements name: what is installed is not compared with their digests`;
    void pulumi.log.warn(said, component);
  }
  return requirements.replace(digests, "").replace(named, wanted);
}

/** PYTHON MODEL REVISION FOLDER MARKER: fetches what the server will load, by loading it. */
const download = `
HOME=$3 HF_HOME=$3 "$0" -c 'import sys; from sentence_transformers import CrossEncoder
CrossEncoder(sys.argv[1], device="cpu", revision=sys.argv[2] or None)' "$1" "$2" && : >"$4"`;

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
