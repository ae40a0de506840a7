import { parseArgs } from "node:util";

import { configKey, type GivenConfig, setCommand } from "../schemas/config-fault.ts";
import { passwordNames } from "../schemas/macminis/index.ts";
import { type Command, UsageError } from "./command.ts";
import { pulumi, watchPulumi } from "./pulumi.ts";
import { configOf } from "./stack-config.ts";

export const rotate: Command = {
  summary: "a new password or identity, on both sides, by one `pulumi up`",
  usage: `groundwork rotate NAME... --stack STACK [--yes]

Raises the number that a generated secret stands for, and runs \`pulumi up\`: a new one is made, its server takes it, those
who use it restart with it, the old one is refused from then on.

  NAME     ${passwordNames.join(", ")};
           or kes.AGENT: the client certificate of an agent of the key service
  --yes    do not ask before the change`,

  async run(argv) {
    const { names, stack, yes } = parse(argv);
    const given = await configOf(stack);
    for (const { key, now } of names.map((name) => placeOf(name, given))) {
      await pulumi("config", "set", "--stack", stack, "--path", key, String(now + 1));
      console.log(`${key} is ${now + 1} now`);
    }

    const exitCode = await watchPulumi("up", "--stack", stack, ...(yes ? ["--yes", "--skip-preview"] : []));
    if (exitCode !== 0) {
      console.error(
        `The old one still serves wherever the update did not reach; to finish it: pulumi up --stack ${stack}`,
      );
    }
    return exitCode;
  },
};

function parse(argv: readonly string[]) {
  const options = { stack: { type: "string" }, yes: { type: "boolean", default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  if (positionals.length === 0) throw new UsageError("give a NAME, or several");
  if (!values.stack) throw new UsageError("give the stack: --stack NAME");
  return { names: [...new Set(positionals)], stack: values.stack, yes: values.yes };
}

interface Place {
  readonly key: string;
  readonly now: number;
}

function placeOf(name: string, { stack, values }: GivenConfig): Place {
  const agent = /^kes\.(.+)$/.exec(name)?.[1];
  if (agent !== undefined) return agentPlace(agent, values);
  if (!(passwordNames as readonly string[]).includes(name)) {
    throw new UsageError(
      `there is nothing called ${name} to rotate; known are ${passwordNames.join(", ")} and kes.AGENT`,
    );
  }
  if (within(values, "secrets", name) !== undefined) {
    throw new Error(
      `${name} is a secret of your own: ${setCommand(stack, ["secrets", name], undefined)}, then pulumi up`,
    );
  }
  return { key: configKey(["rotation", name]), now: Number(within(values, "rotation", name) ?? 1) };
}

function agentPlace(agent: string, values: GivenConfig["values"]): Place {
  const agents = within(values, "services", "kes", "agents");
  const known = Object.keys((agents ?? {}) as object);
  if (!known.includes(agent)) {
    throw new UsageError(
      `the key service has no agent ${agent}; ${known.length > 0 ? `there are ${known.join(", ")}` : "it has none"}`,
    );
  }
  return {
    key: configKey(["services", "kes", "agents", agent, "rotation"]),
    now: Number(within(agents, agent, "rotation") ?? 1),
  };
}

const within = (value: unknown, ...path: string[]): unknown =>
  path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
