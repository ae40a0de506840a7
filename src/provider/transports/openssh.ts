// SSH by the user's own `ssh` program: certificates, FIDO keys, ProxyCommand, Match. One master connection, over which
// the channels run.
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { HostConnection } from "../../schemas/host.ts";
import type { Channel, Connection } from "./connection.ts";
import { ConnectionMisconfigured, ConnectionTimeout, HostKeyRefused } from "./errors.ts";
import { explainOpenSsh } from "./openssh-failure.ts";
import { openSshRefusal } from "./openssh-host-key.ts";
import { programChannel, sshEnvironment } from "./program.ts";
import { retry } from "./retry.ts";
import { expand } from "./ssh-config-file.ts";
import { route } from "./ssh-settings.ts";

/** Opens the master connection. Throws `Unreachable`. */
export async function openOpenSsh(host: string, connection: HostConnection): Promise<Connection> {
  const { address, connectTimeoutSec } = connection;
  if (address === undefined) {
    throw new ConnectionMisconfigured(host, `has no address; set \`hosts.${host}.address\``);
  }
  return retry(connectTimeoutSec, async (leftMs) => {
    // Readable for nobody else; short, since the path of a socket may have 104 bytes at most.
    const directory = await mkdtemp(join(tmpdir(), "gw-"));
    try {
      const options = await sshOptions(directory, connection);
      const args = [...options, ...route(connection)];
      const master = await startMaster(host, address, directory, args, leftMs).catch(async (error: unknown) => {
        if (!(error instanceof HostKeyRefused)) throw error;
        throw (await openSshRefusal(host, { ...connection, address, options })) ?? error;
      });
      return new OpenSshConnection(address, directory, master);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  });
}

/**
 * Runs ssh, and ends it and removes its directory when we go, in whichever way: then our end of the pipe is closed. Before
 * OpenSSH 8.7 there is no ForkAfterAuthentication.
 */
const masterScript = `
  directory=$1; shift
  stays=ForkAfterAuthentication=no
  ssh -F /dev/null -G -o "$stays" -- x </dev/null >/dev/null 2>&1 && set -- -o "$stays" "$@"
  exec 3<&0 </dev/null
  (cat <&3; kill $$; rm -rf "$directory") >/dev/null 2>&1 &
  exec ssh "$@" 3<&-`;

const socket = (directory: string): string => join(directory, "master");

/**
 * What a configuration for people may say otherwise: that the master goes on without us, in the background, and what else it
 * is to do with a session or ports; and how much it says, of which we read the reason of a failure.
 */
const always = [
  ...["BatchMode=yes", "StrictHostKeyChecking=yes", "ServerAliveInterval=5", "ServerAliveCountMax=2"],
  ...["ControlPersist=no", "ClearAllForwardings=yes", "Tunnel=no", "RemoteCommand=none", "PermitLocalCommand=no"],
  "LogLevel=INFO",
];

async function sshOptions(directory: string, connection: HostConnection): Promise<string[]> {
  const { user, identityFile, knownHostsFile, hostKey } = connection;
  const options = [...always];
  const trust = (path: string) => options.push(`UserKnownHostsFile="${path}"`, "GlobalKnownHostsFile=/dev/null");
  if (hostKey) {
    const pinned = join(directory, "known_hosts");
    await writeFile(pinned, `pinned ${hostKey}\n`);
    trust(pinned);
    options.push("HostKeyAlias=pinned");
  } else if (knownHostsFile) {
    trust(expand(knownHostsFile));
  }
  return [
    ...options.flatMap((option) => ["-o", option]),
    ...(user ? ["-l", user] : []),
    ...(identityFile ? ["-i", expand(identityFile)] : []),
  ];
}

/** Ready once its socket is there: ssh makes it after it logged in. */
async function startMaster(
  host: string,
  address: string,
  directory: string,
  options: readonly string[],
  leftMs: number,
): Promise<Channel> {
  const timeout = ["-o", `ConnectTimeout=${Math.max(1, Math.ceil(leftMs / 1000))}`];
  const args = [...options, ...timeout, "-M", "-N", "-T", "-S", socket(directory), "--", address];
  const master = programChannel("/bin/sh", ["-c", masterScript, "ssh", directory, ...args], sshEnvironment());
  let said = "";
  let over: { reason?: string } | undefined;
  master.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  void master.ended.then((ending) => {
    over = ending;
  });
  const deadline = Date.now() + leftMs;
  for (;;) {
    if (over) throw explainOpenSsh(host, address, said.trim() || (over.reason ?? "nothing"));
    if (await exists(socket(directory))) return master;
    if (Date.now() >= deadline) {
      master.kill();
      throw new ConnectionTimeout(
        host,
        `timed out: \`ssh ${address}\` did not log in in time; it said: ${said.trim()}`,
      );
    }
    await setTimeout(10);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

class OpenSshConnection implements Connection {
  constructor(
    readonly target: string,
    private readonly directory: string,
    private readonly master: Channel,
  ) {}

  /** Over the master only: where it is gone, `ProxyCommand=false` keeps ssh from making a connection of its own. */
  async exec(line: string, { terminal }: { terminal?: boolean } = {}): Promise<Channel> {
    const args = ["-F", "/dev/null", "-o", "ProxyCommand=false", "-o", "BatchMode=yes", "-S", socket(this.directory)];
    const channel = programChannel(
      "ssh",
      [...args, terminal ? "-tt" : "-T", "--", this.target, line],
      sshEnvironment(),
    );
    const ended = channel.ended.then((ending) =>
      // What ssh itself ends with; over a master it is a connection that went away.
      ending.exitCode === 255 ? { exitCode: undefined, reason: "ssh lost its connection" } : ending,
    );
    return { ...channel, ended };
  }

  async close(): Promise<void> {
    this.master.kill();
    await this.master.ended;
    await rm(this.directory, { recursive: true, force: true });
  }
}
