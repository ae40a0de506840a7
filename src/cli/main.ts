import { type Command, UsageError } from "./command.ts";

/** Loaded when asked for, so that each command starts as fast as it can. */
const commands: Record<string, () => Promise<Command>> = {
  deploy: async () => (await import("./deploy.ts")).deploy,
  doctor: async () => (await import("./doctor.ts")).doctor,
  lab: async () => (await import("./lab.ts")).lab,
  restore: async () => (await import("./restore.ts")).restore,
  rotate: async () => (await import("./rotate.ts")).rotate,
  setup: async () => (await import("./setup.ts")).setup,
  without: async () => (await import("./without.ts")).without,
};

/** Runs `groundwork ARGUMENTS`. @returns the exit code: 2 when the command line is wrong, 1 when the command failed */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (!name || name === "--help" || name === "-h" || name === "help") {
    console.log(await overview());
    return name ? 0 : 2;
  }

  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    console.error(`groundwork: there is no command '${name}'; known are ${Object.keys(commands).join(", ")}`);
    return 2;
  }

  const command = await load();
  const ours = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest; // what follows is another program's
  if (ours.includes("--help") || ours.includes("-h")) {
    console.log(`${command.summary}\n\n${command.usage}`);
    return 0;
  }
  return run(name, command, rest);
}

async function run(name: string, command: Command, argv: readonly string[]): Promise<number> {
  try {
    return await command.run(argv);
  } catch (error) {
    if (process.env["GROUNDWORK_DEBUG"]) throw error;
    console.error(`groundwork ${name}: ${error instanceof Error ? error.message : error}`);
    if (!isUsage(error)) return 1;
    console.error(`\n${command.usage}`);
    return 2;
  }
}

/** What `parseArgs` refuses is as wrong as what a command does. */
const isUsage = (error: unknown): boolean =>
  error instanceof UsageError ||
  (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_"));

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(10)}${(await load()).summary}`),
  );
  return [
    "groundwork <command> [arguments]",
    "",
    ...lines,
    "",
    "groundwork <command> --help shows its arguments.",
  ].join("\n");
}
