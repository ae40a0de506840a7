import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import { type Change, changeKind, type Failure, type Inputs, inputFaults } from "../inputs.ts";
import type { Call, Resource } from "../plugin.ts";
import { holdsSecret, opened, secret, UNKNOWN, type Values } from "../wire.ts";
import { type Ran, run, type Settings } from "./run.ts";

export const inputs: Inputs = {
  create: { type: "string" },
  update: { type: "string" },
  delete: { type: "string" },
  triggers: { type: "list" },
  stdin: { type: "string" },
  environment: { type: "map" },
  interpreter: { type: "texts" },
  dir: { type: "string" },
  logging: { type: "string" },
  addPreviousOutputInEnv: { type: "boolean" },
};
const unsupported = ["assetPaths", "archivePaths"];
const logged = ["stdout", "stderr", "stdoutAndStderr", "none"];

/** A command of the machine that runs Pulumi, run when it is created, when its inputs change, and when it is deleted. */
export const localCommand: Resource = {
  check,

  diff: (state, given) => {
    const [before, after] = [opened(state), opened(given)];
    return Object.keys(inputs).flatMap((property): Change[] =>
      isDeepStrictEqual(before[property], after[property])
        ? []
        : [{ property, kind: changeKind(before[property], after[property]), replace: property === "triggers" }],
    );
  },

  preview: (given) => ({ ...given, stdout: UNKNOWN, stderr: UNKNOWN }),

  async create(given, call) {
    const id = `${call.name}${randomBytes(4).toString("hex")}`;
    return { id, state: await after(given, "create", {}, call) };
  },

  read: (id, state) => ({ id, state }),

  async update(state, given, { preview, ...call }) {
    if (preview) return { ...given, stdout: UNKNOWN, stderr: UNKNOWN };
    return after(given, given["update"] === undefined ? "create" : "update", state, call);
  },

  async delete(state, call) {
    await after(state, "delete", state, call);
  },
};

function check(given: Values): Failure[] {
  const plain = opened(given);
  const { logging } = plain;
  return [
    ...inputFaults(inputs, plain),
    ...Object.keys(plain)
      .filter((property) => !(property in inputs))
      .map((property) => ({
        property,
        reason: unsupported.includes(property) ? "needs the official plugin; this is a stand-in" : "is not known",
      })),
    ...(logging === undefined || logging === UNKNOWN || logged.includes(String(logging))
      ? []
      : [{ property: "logging", reason: `must be one of ${logged.join(", ")}` }]),
  ];
}

/** The state after one of its commands; all that a command says is secret where any input is. */
async function after(given: Values, verb: "create" | "update" | "delete", before: Values, call: Call): Promise<Values> {
  const plain = opened(given) as Settings & Partial<Record<typeof verb, string>>;
  const said = opened(before) as Partial<Ran>;
  const kept = { stdout: said.stdout ?? "", stderr: said.stderr ?? "" };
  const command = plain[verb];
  const ran = command === undefined ? kept : await run(command, plain, kept, call.log);
  const told = holdsSecret(given) ? { stdout: secret(ran.stdout), stderr: secret(ran.stderr) } : ran;
  const declared = Object.entries(given).filter(([name]) => name in inputs);
  return { ...Object.fromEntries(declared), ...told };
}
