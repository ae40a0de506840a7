import { parseArgs } from "node:util";
import { execa } from "execa";

import { type BackendName, backendName } from "../../tools/lab/backend.ts";
import { exports } from "../../tools/lab/environment.ts";
import { down, reset, status, up } from "../../tools/lab/lab.ts";
import { labFiles, labNamed } from "../../tools/lab/place.ts";
import { hostOf, requirePlan } from "../../tools/lab/plan.ts";
import { type SystemName, systemName } from "../../tools/lab/system.ts";
import { type Command, UsageError } from "./command.ts";

interface Request {
  readonly lab: string;
  readonly hosts?: readonly string[];
  readonly system?: SystemName;
  readonly backend?: BackendName;
  readonly keep: boolean;
  readonly json: boolean;
  /** Words after the action. */
  readonly words: readonly string[];
  /** What follows `--`. */
  readonly command: readonly string[];
}

export const lab: Command = {
  summary: "real Debian (or Mac-like) hosts on this machine: control, inference, storage",
  usage: `groundwork lab ACTION [--lab NAME]

  up                        make the lab, or what is missing of it
  status [--json]           its hosts and how they are
  ssh HOST [-- COMMAND...]  a shell on a host, or a command line for that shell
  reset HOST                put a host back to a fresh installation: same address, same host key
  env                       exports for a shell: eval "$(groundwork lab env)", then pulumi ... --stack lab
  down                      remove the lab with its hosts, network, state and passphrase

  --lab NAME     which lab (default: default)
  --hosts A,B    up: the hosts it must have (default: those it has, or control,inference,storage)
  --system S     up: what new hosts are, debian or mac (Debian that answers as a Mac does) (default: debian)
  --backend B    up: what runs a new lab, nspawn or docker (default: nspawn)
  --keep         down: only stop it; the next up continues
nspawn needs root and Linux; docker needs an engine, also on a Mac.`,

  async run(argv) {
    const { action, request } = parse(argv);
    return action(request);
  },
};

type Action = (request: Request) => Promise<number>;

const actions: Record<
  string,
  { readonly action: Action; readonly words: number; readonly options: readonly string[] }
> = {
  up: { action: bringUp, words: 0, options: ["hosts", "system", "backend"] },
  status: { action: show, words: 0, options: ["json"] },
  ssh: { action: connect, words: 1, options: [] },
  reset: { action: renew, words: 1, options: [] },
  env: { action: printExports, words: 0, options: [] },
  down: { action: takeDown, words: 0, options: ["keep"] },
};

const options = {
  lab: { type: "string" },
  hosts: { type: "string" },
  system: { type: "string" },
  backend: { type: "string" },
  keep: { type: "boolean" },
  json: { type: "boolean" },
} as const;

function parse(argv: readonly string[]): { action: Action; request: Request } {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const { values, positionals } = parseArgs({ args: argv.slice(0, end), allowPositionals: true, options });
  const [name = "", ...words] = positionals;
  const known = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!known) throw new UsageError(`give an action, ${Object.keys(actions).join(", ")}, not "${name}"`);
  if (words.length !== known.words)
    throw new UsageError(`"lab ${name}" takes ${known.words} argument(s), not ${words.length}`);
  const command = argv.slice(end + 1);
  if (command.length > 0 && known.action !== connect) throw new UsageError(`"lab ${name}" takes no command`);
  const stray = Object.keys(values).find((option) => option !== "lab" && !known.options.includes(option));
  if (stray) throw new UsageError(`"lab ${name}" has no option --${stray}`);

  const { lab: labName = "default", keep = false, json = false } = values;
  const system = oneOf("system", systemName, values.system);
  const backend = oneOf("backend", backendName, values.backend);
  return {
    action: known.action,
    request: { lab: labName, hosts: values.hosts?.split(","), system, backend, keep, json, words, command },
  };
}

function oneOf<Word extends string>(option: string, words: { options: Word[] }, given?: string) {
  const found = words.options.find((word) => word === given);
  if (given !== undefined && !found) {
    throw new UsageError(`--${option} is ${words.options.join(" or ")}, not "${given}"`);
  }
  return found;
}

async function bringUp(request: Request): Promise<number> {
  await up(request.lab, request.hosts, request);
  return show(request);
}

async function show({ lab: name, json }: Request): Promise<number> {
  const now = await status(name);
  if (json) {
    console.log(JSON.stringify(now, undefined, 2));
    return 0;
  }
  for (const host of now.hosts) console.log(`${host.name.padEnd(12)}${host.address.padEnd(16)}${host.state}`);
  return 0;
}

async function connect({ lab: name, words, command }: Request): Promise<number> {
  const place = labNamed(name);
  const host = hostOf(await requirePlan(place), words[0] ?? "");
  const { exitCode, message } = await execa("ssh", ["-F", labFiles(place).sshConfig, host.name, "--", ...command], {
    stdio: "inherit",
    reject: false,
  });
  if (exitCode === undefined) throw new Error(message);
  return exitCode;
}

async function renew({ lab: name, words }: Request): Promise<number> {
  await reset(name, words[0] ?? "");
  return 0;
}

async function printExports({ lab: name }: Request): Promise<number> {
  const place = labNamed(name);
  await requirePlan(place);
  process.stdout.write(exports(place));
  return 0;
}

async function takeDown({ lab: name, keep }: Request): Promise<number> {
  await down(name, { keep });
  return 0;
}
