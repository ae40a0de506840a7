import { dirname } from "node:path/posix";

import type { ollamaModelSchema } from "../../schemas/ollama-model.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { errorIn, pull } from "../platforms/posix/ollama.ts";

/** Pulls a model; what an interrupted pull has fetched is used again. */
export async function pullModel(
  host: Host,
  { server, model, insecure }: Desired<typeof ollamaModelSchema>,
): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run(pull(server, model, { insecure }));
  if (exitCode === 0) return;
  const said = stderr.trim() || stdout.toString("utf8").trim();
  const error = errorIn(said.split("\n").at(-1) ?? "");
  throw new HostError(host.name, `${model} was not pulled: ${error}. ${await advice(host, error)}`);
}

async function advice(host: Host, error: string): Promise<string> {
  if (error.includes("no space left on device")) return `Make room${await freeAt(host, error)}, and run again`;
  return known.find(({ pattern }) => pattern.test(error))?.advice ?? "Run again: what was fetched is used again";
}

/** The message names the file that did not fit. */
async function freeAt(host: Host, error: string): Promise<string> {
  const file = / (\/\S+):/.exec(error)?.[1];
  if (!file) return "";
  const { stdout } = await host.ask({ argv: ["gw_free", dirname(file)] });
  return ` at ${dirname(file)} (${stdout.toString("utf8").trim()})`;
}

const known = [
  {
    pattern: /file does not exist|manifest unknown|not found/i,
    advice: "Its registry has no such model or tag: correct `model`",
  },
  {
    pattern: /gave HTTP response to HTTPS client|insecure protocol/,
    advice: "Its registry does not speak TLS: set `insecure: true` if it is one of your own network",
  },
  {
    pattern: /connection refused|no such host|no route to host|i\/o timeout|network is unreachable/,
    advice: "Its registry is not in reach of this host: check name and network, then run again",
  },
];
