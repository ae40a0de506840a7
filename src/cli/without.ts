import { parseArgs } from "node:util";

import { type Command, UsageError } from "./command.ts";
import { pulumi } from "./pulumi.ts";

export const without: Command = {
  summary: "options that make `pulumi` leave out a host, such as one that is down",
  usage: `groundwork without HOST [--stack STACK]

Prints an --exclude for each resource that the stack's state has on the host, and for the smoke tests, which would fail
without it and run once it is back:

  pulumi up $(npx groundwork without inference)

  --stack STACK    which stack (default: the selected one)`,

  async run(argv) {
    const { host, stack } = parse(argv);
    const { stdout } = await pulumi("stack", "export", ...(stack ? ["--stack", stack] : []));
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: Resource[] } };
    const { resources = [] } = deployment;
    const there = resources.filter(({ inputs }) => inputs?.["host"] === host);
    if (there.length === 0) throw new Error(`the stack has nothing on a host called ${host}`);
    const tests = resources.filter(({ type }) => type === "command:local:Command");
    console.log([...there, ...tests].flatMap(({ urn }) => ["--exclude", urn]).join(" "));
    return 0;
  },
};

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
}

function parse(argv: readonly string[]) {
  const options = { stack: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
  const [host, ...more] = positionals;
  if (!host || more.length > 0) throw new UsageError("give one HOST");
  return { host, stack: values.stack };
}
