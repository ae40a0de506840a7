import * as pulumi from "@pulumi/pulumi";

import type { Artefact } from "../../schemas/artefact.ts";
import type { ServedArgs } from "../endpoint.ts";
import { installed } from "../installed.ts";
import { Daemon, OllamaModel, OllamaServer, Sysctl } from "../resources.ts";
import { sha256 } from "../sha256.ts";
import { type Software, softwareOn } from "../software.ts";
import { ResidentModels } from "./resident-models.ts";
import { urlOf } from "./urls.ts";

export interface OllamaArgs extends ServedArgs {
  /** The program, where the platform has no package. @default the package */
  artefact?: Artefact | undefined;
  /** OLLAMA_CONTEXT_LENGTH, in tokens. @default Ollama's own choice, by the memory of the GPU */
  contextLength?: number | undefined;
  /** OLLAMA_NUM_PARALLEL: requests at a time; each has a cache of its own. @default 1 */
  parallel?: number;
  /** OLLAMA_MAX_LOADED_MODELS. @default 2 */
  maxLoadedModels?: number;
  /** OLLAMA_KEEP_ALIVE of models that a client loads: `5m`, or `-1` for ever. @default "-1" */
  keepAlive?: string;
  /** OLLAMA_FLASH_ATTENTION. @default true */
  flashAttention?: boolean;
  /** OLLAMA_KV_CACHE_TYPE. @default "q8_0", half of f16 */
  kvCacheType?: "f16" | "q8_0" | "q4_0";
  /** What the GPU may wire, in MiB; macOS only. @default macOS' own limit */
  gpuWiredLimitMiB?: number | undefined;
  /** Length of the vectors that models for embedding must answer. */
  dimension: number;
  /** What becomes of models that lie on the server and are not declared. @default "report" */
  otherModels?: "report" | "remove";
  /** By a name of your own. Those of another runtime are left out. */
  models: Record<string, OllamaModelArgs>;
}

export interface OllamaModelArgs {
  /** `name:tag`. */
  model: string;
  /** `embedding`: it makes vectors, and has made one before anything that needs them goes on. */
  use: "generation" | "embedding" | "rerank";
  /** @default "ollama" */
  runtime?: "ollama" | "infinity";
  /** `always`: kept in memory. @default "onDemand" */
  resident?: "always" | "onDemand";
  /** What the tag must name. @default whatever it names at the pull */
  digest?: string | undefined;
  /** `false`: somebody else puts it there. @default true */
  pull?: boolean;
  /** A higher number pulls again. @default 1 */
  pulls?: number;
  /** Its registry speaks http. @default false */
  insecure?: boolean;
  /** Size of its files, in MiB: a preview warns where less is free for all that are to be pulled. @default not asked */
  diskMiB?: number;
}

/**
 * Ollama with its models: pulled, verified, and loaded where they are to be resident. A model for embedding has made a
 * real embedding of the right length before anything that uses `embedding` goes on.
 *
 * @example
 * const ollama = new Ollama("ollama", {
 *   endpoint: { host: "inference", platform: "darwin", address: "192.168.1.12", port: 11434 },
 *   contextLength: 8192,
 *   gpuWiredLimitMiB: 57344,
 *   dimension: 768,
 *   models: {
 *     primary: { model: "llama3.3:70b-instruct-q4_K_M", use: "generation", resident: "always" },
 *     backup: { model: "qwen2.5:32b-instruct-q4_K_M", use: "generation" },
 *     embedding: { model: "nomic-embed-text", use: "embedding", resident: "always" },
 *   },
 * });
 */
export class Ollama extends pulumi.ComponentResource {
  /** Known once it answers: `http://192.168.1.12:11434`. */
  readonly url: pulumi.Output<string>;
  /** The same, known once its models for embedding have made vectors of the right length. */
  readonly embedding: pulumi.Output<string>;
  /** Pulled models by the name that `models` gives them, known once they are as declared: `llama3.3:70b-instruct-q4_K_M`. */
  readonly models: Record<string, pulumi.Output<string>>;
  /** Changes with the weights and parameters that the models' names stand for. */
  readonly digest: pulumi.Output<string>;
  /** Models that lie there and are not declared. */
  readonly undeclared: pulumi.Output<string[]>;

  constructor(name: string, args: OllamaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:macminis:Ollama", name, {}, opts);
    const { host, platform, port } = args.endpoint;
    const software = softwareOn(platform, "ollama");
    const parent = { parent: this };
    const server = urlOf(args.endpoint);

    const from = installed(name, args.endpoint, software, parent, args.artefact);
    // Before Ollama starts, which looks once.
    const limit = Object.entries(gpuLimit(args)).map(
      ([key, value]) => new Sysctl(`${name}-gpu-limit`, { host, key, value }, parent),
    );

    const environment = ollamaEnvironment(args, software);
    const restartOn = { ...gpuLimit(args), ...from.restartOn };
    const daemon = new Daemon(
      `${name}-daemon`,
      {
        host,
        name: software.daemon,
        description: "Language models",
        ...served(from.program, args),
        environment,
        user: software.user,
        group: software.group,
        workingDirectory: software.state,
        restartOn,
        listens: [{ port }],
      },
      { parent: this, dependsOn: [...from.parts, ...limit] },
    );

    const triggers = { server: pulumi.jsonStringify([environment, restartOn]).apply(sha256) };
    const declared = Object.entries(args.models).filter(([, { runtime }]) => runtime !== "infinity");
    const ours = declared.filter(([, { pull }]) => pull !== false);
    const [kept, others] = [ours.filter(isResident), ours.filter((one) => !isResident(one))];
    const pull = (some: typeof ours, dependsOn: pulumi.Resource[]) =>
      some.map(([key, { model, use, resident, digest, pulls, insecure, diskMiB }]) => {
        const dimension = use === "embedding" ? { dimension: args.dimension } : {};
        const said = {
          host,
          server,
          model,
          resident,
          digest,
          pulls,
          insecure,
          ...dimension,
          diskMiB: diskMiB || undefined,
          modelsFolder: modelsFolder(software),
          triggers,
        };
        return [key, new OllamaModel(`${name}-model-${key}`, said, { parent: this, dependsOn })] as const;
      });
    // What is not to stay in memory leaves it first: with what comes it may not fit.
    const onDemand = pull(others, [daemon]);
    const pulled = [...onDemand, ...pull(kept, [daemon, ...onDemand.map(([, model]) => model)])];
    const contents = new OllamaServer(
      `${name}-contents`,
      { host, server, models: declared.map(([, { model }]) => model), others: args.otherModels },
      { parent: this, dependsOn: [daemon, ...pulled.map(([, model]) => model)] },
    );

    const resident = kept.map(([, { model }]) => model);
    if (resident.length > 0) {
      const dependsOn = pulled.map(([, model]) => model);
      new ResidentModels(
        `${name}-residents`,
        { endpoint: args.endpoint, models: resident },
        { parent: this, dependsOn },
      );
    }

    this.digest = pulumi.jsonStringify(pulled.map(([key, { currentDigest }]) => [key, currentDigest])).apply(sha256);
    this.url = daemon.name.apply(() => server);
    const embedding = pulled.filter(([key]) => args.models[key]?.use === "embedding").map(([, { model }]) => model);
    this.embedding = pulumi.all([daemon.name, ...embedding]).apply(() => server);
    this.models = Object.fromEntries(pulled.map(([key, { model }]) => [key, model]));
    this.undeclared = contents.undeclared;
    this.registerOutputs({ url: this.url, undeclared: this.undeclared });
  }
}

const isResident = ([, { resident }]: [string, OllamaModelArgs]): boolean => resident === "always";

/** Kernel parameters to set; another system's GPU has no such limit. */
const gpuLimit = ({ endpoint, gpuWiredLimitMiB }: OllamaArgs): Record<string, string> =>
  endpoint.platform === "darwin" && gpuWiredLimitMiB !== undefined
    ? { "iogpu.wired_limit_mb": String(gpuWiredLimitMiB) }
    : {};

/** At boot nothing says which comes first, Ollama or the daemon that sets the limit: it is waited for, a minute at most. */
const served = (program: string, args: OllamaArgs): { program: string; arguments: string[] } => {
  const [limit] = Object.entries(gpuLimit(args));
  if (!limit) return { program, arguments: ["serve"] };
  const script = `waited=0
until [ "$(/usr/sbin/sysctl -n "$1")" = "$2" ] || [ "$waited" -ge 60 ]; do sleep 1; waited=$((waited + 1)); done
exec "$3" serve`;
  return { program: "/bin/sh", arguments: ["-c", script, "ollama", ...limit, program] };
};

const modelsFolder = ({ state }: Pick<Software, "state">): string => `${state}/models`;

/** What `ollama serve` reads. */
function ollamaEnvironment(args: OllamaArgs, { state }: Pick<Software, "state">): Record<string, string> {
  const { endpoint, contextLength, parallel = 1, maxLoadedModels = 2, keepAlive = "-1" } = args;
  const { flashAttention = true, kvCacheType = "q8_0" } = args;
  return {
    HOME: state, // its own keys
    OLLAMA_HOST: `${endpoint.address}:${endpoint.port}`,
    OLLAMA_MODELS: modelsFolder({ state }),
    ...(contextLength !== undefined && { OLLAMA_CONTEXT_LENGTH: String(contextLength) }),
    OLLAMA_NUM_PARALLEL: String(parallel),
    OLLAMA_MAX_LOADED_MODELS: String(maxLoadedModels),
    OLLAMA_KEEP_ALIVE: keepAlive,
    OLLAMA_FLASH_ATTENTION: flashAttention ? "1" : "0",
    OLLAMA_KV_CACHE_TYPE: kvCacheType,
    OLLAMA_NO_CLOUD: "1", // nothing leaves the office
  };
}
