import type { ContractCase, Place } from "../contract-case.ts";
import { api, installOn, programs, registry, tagged } from "../ollama.ts";

const declared = `${registry}/lab/stand-in-for-llama3.3:tiny`;
const pullAnother = `${api("pull", `{"model":"${registry}/lab/stand-in-for-qwen2.5:tiny","insecure":true}`)} >/dev/null`;

export default ({ serviceManager }: Place): ContractCase => ({
  programs,
  before: `${installOn(serviceManager)}\n${pullAnother}`,
  after: ["ollama-model"],
  args: { models: [declared], others: "remove" },
  right: { script: tagged, answer: declared },
  change: { script: pullAnother, shows: ["models"] },
  // Not its models: those go by their own resources.
  deleted: { script: `${api("version")} >/dev/null; echo $?`, answer: "0" },
  cleared: pullAnother,
  wrong: { "models[0]": { models: ["two words"] }, others: { others: "keep" } },
});
