import type { ContractCase, Place } from "../contract-case.ts";
import { api, installOn, programs, registry, tagged } from "../ollama.ts";

const model = `${registry}/lab/stand-in-for-llama3.3:tiny`;
const loaded = `${api("ps")} | grep -c '"name":"${model}".*"expires_at":"23'`; // in some 300 years

export default ({ serviceManager }: Place): ContractCase => ({
  programs,
  before: installOn(serviceManager),
  args: { model, insecure: true, resident: "always", dimension: 64 },
  right: { script: `${tagged} | grep -x ${model}; ${loaded}`, answer: `${model}\n1` },
  change: {
    script: `${api("generate", `{"model":"${model}","keep_alive":0}`)}; while ${loaded}; do sleep 0.1; done`,
    shows: ["resident"],
  },
  deleted: { script: `${tagged} | grep -c -x ${model} || :`, answer: "0" },
  wrong: {
    model: { model: "two words" },
    digest: { digest: "latest" },
    server: { server: "127.0.0.1:11434" },
    dimension: { dimension: 0 },
  },
  untold: ["dimension"],
});
