import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";

import { ddcDumpsProgram } from "../components/macminis/ddc-dumps.ts";
import { backupFolder } from "../components/macminis/postgres-backup.ts";
import { postgresOn } from "../components/postgres-software.ts";
import { become } from "../provider/platforms/posix/become.ts";
import type { Channel } from "../provider/transports/connection.ts";
import { openStreams, type Streams } from "../provider/transports/streams.ts";
import { setCommand } from "../schemas/config-fault.ts";
import { type MacminisConfig, macminisConfig } from "../schemas/macminis/index.ts";
import { connections } from "../schemas/stack.ts";
import { type Command, UsageError } from "./command.ts";
import { checkedConfig, configOf } from "./stack-config.ts";

export const restore: Command = {
  summary: "a nightly dump, back into the database",
  usage: `groundwork restore --stack STACK [--from ddc] [--list | --dump NAME]

Sends a dump from the host that keeps them to the server, through this machine, and shows how many rows each table then
has. Nothing is lost: the database that is there stays, under the name that is shown at the end. A dump that cannot be
restored whole changes nothing.

  --from ddc    sealed copies of the node of DDC, which KES opens, instead of the dumps of the host
  --list        show the dumps there are, the oldest first
  --dump NAME   this one instead of the newest`,

  async run(argv) {
    const { stack, from, list, dump } = parse(argv);
    const config = checkedConfig(macminisConfig, await configOf(stack, { secrets: true }));
    const { backup, host, database } = config.services.postgres;
    if (!backup) {
      const mend = setCommand(stack, ["services", "postgres", "backup", "host"], "HOST");
      throw new Error(`stack ${stack} makes no dumps: ${mend}`);
    }

    const keeper = await open(config, backup.host);
    const server = await open(config, host);
    try {
      const { names, read } = from === "ddc" ? copies : dumpsOf(database);
      const dumps = await namesOf(await keeper.run(names));
      if (list) {
        console.log(dumps.join("\n"));
        return 0;
      }
      const chosen = dump ?? dumps.at(-1);
      if (!chosen || !dumps.includes(chosen)) {
        throw new Error(
          `${backup.host} has no dump ${chosen ?? `of ${database}`}; it has ${dumps.join(", ") || "none"}`,
        );
      }
      console.log(`restoring ${chosen} of ${backup.host} on ${host} ...`);
      console.log(await send(await keeper.run(read(chosen)), await server.run(restoring(config))));
      return 0;
    } finally {
      await Promise.all([keeper.close(), server.close()]);
    }
  },
};

function parse(argv: readonly string[]) {
  const options = {
    stack: { type: "string" },
    from: { type: "string" },
    list: { type: "boolean" },
    dump: { type: "string" },
  } as const;
  const { stack, from, list, dump } = parseArgs({ args: [...argv], options }).values;
  if (!stack) throw new UsageError("give the stack: --stack NAME");
  if (from !== undefined && from !== "ddc") throw new UsageError(`--from must be "ddc" or left out, not "${from}"`);
  return { stack, from, list, dump };
}

function open({ hosts }: MacminisConfig, name: string): Promise<Streams> {
  const connection = connections(hosts)[name];
  if (!connection) throw new Error(`there is no host ${name}; there are ${Object.keys(hosts).join(", ")}`);
  return openStreams(name, connection);
}

/** Commands on the host that keeps the dumps: which there are, one a line, and what is in one. */
interface Source {
  readonly names: readonly string[];
  read(name: string): string[];
}

const dumpsOf = (database: string): Source => ({
  names: ["find", backupFolder, "-name", `${database}-*.dump`],
  read: (name) => ["cat", `${backupFolder}/${name}`],
});

const copies: Source = { names: [ddcDumpsProgram, "list"], read: (name) => [ddcDumpsProgram, "open", name] };

async function namesOf(channel: Channel): Promise<string[]> {
  const [found, failed] = await Promise.all([text(channel.stdout), fault(channel, "the dumps could not be listed")]);
  if (failed) throw new Error(failed);
  return found
    .split("\n")
    .filter(Boolean)
    .map((path) => path.slice(path.lastIndexOf("/") + 1))
    .sort();
}

function restoring({ hosts, services: { postgres } }: MacminisConfig): string[] {
  const { host, version, database, owner, port } = postgres;
  const platform = hosts[host]!.platform;
  const { user, configuration, programs, socket } = postgresOn(platform, version);
  return [...become(platform, user), `${configuration}/restore`, programs, String(port), database, owner, socket];
}

/** What the server says. Throws where either side fails. */
async function send(from: Channel, to: Channel): Promise<string> {
  const [said, ...faults] = await Promise.all([
    text(to.stdout),
    fault(from, "the dump could not be read"),
    fault(to, "the dump was not restored, nothing was changed"),
    pipeline(from.stdout, to.stdin).catch(() => undefined), // why it broke off, the two ends say
  ]);
  const failed = faults.filter(Boolean);
  if (failed.length > 0) throw new Error(failed.join("\n"));
  return said.trim();
}

/** Why a program failed, if it did. */
async function fault(channel: Channel, what: string): Promise<string | undefined> {
  const [said, { exitCode, reason }] = await Promise.all([text(channel.stderr), channel.ended]);
  return exitCode === 0 ? undefined : `${what}: ${said.trim() || reason || `exit code ${exitCode}`}`;
}
