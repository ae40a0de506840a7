// SSH built in, on ssh2.
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ClientChannel, type ClientErrorExtensions, type PseudoTtyOptions } from "ssh2";
import type { HostConnection } from "../../schemas/host.ts";
import type { Unreachable } from "../errors.ts";
import type { Channel, Connection, Ending } from "./connection.ts";
import { AuthenticationFailed, ConnectionLost, ConnectionTimeout, type HostKeyRefused } from "./errors.ts";
import { retry } from "./retry.ts";
import { hostKeyCheck } from "./ssh-host-key.ts";
import { credentials } from "./ssh-keys.ts";
import { type SshSettings, sshSettings } from "./ssh-settings.ts";
import { openTcp } from "./tcp.ts";

/** A link without a sign of life is given up after 5 s x (2 + 1). */
const keepAlive = { keepaliveInterval: 5000, keepaliveCountMax: 2 };

/** Bytes pass as they are, in both directions. */
const rawTerminal: PseudoTtyOptions = {
  modes: {
    ECHO: 0,
    ICANON: 0,
    ISIG: 0,
    IEXTEN: 0,
    ICRNL: 0,
    INLCR: 0,
    IXON: 0,
    IXANY: 0,
    IXOFF: 0,
    OPOST: 0,
    ONLCR: 0,
  },
};

export async function openSsh(host: string, connection: HostConnection): Promise<Connection> {
  const settings = await sshSettings(host, connection);
  const link = await retry(connection.connectTimeoutSec, (leftMs) => dial(host, settings, leftMs));
  return asConnection(host, settings, link);
}

/** A client that is logged in, and the clients of the hops before it. */
interface Link {
  readonly client: Client;
  /** Why it ended, once it has. */
  readonly lost: { reason?: string };
  readonly hops: readonly Client[];
}

async function dial(host: string, settings: SshSettings, totalMs: number): Promise<Link> {
  const leftMs = Math.min(totalMs, settings.attemptSec * 1000);
  const deadline = Date.now() + leftMs;
  const { address, port, proxy } = settings;
  if (!proxy) return logIn(host, settings, await openTcp(host, address, port, leftMs), [], leftMs);

  const hop = await dial(host, proxy, leftMs);
  const hops = [...hop.hops, hop.client];
  try {
    const through = await forward(host, hop.client, settings, proxy);
    return await logIn(host, settings, through, hops, Math.max(deadline - Date.now(), 1));
  } catch (error) {
    for (const client of hops) client.end();
    throw error;
  }
}

const forward = (host: string, hop: Client, { address, port }: SshSettings, proxy: SshSettings): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    hop.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
      if (!error) return resolve(channel);
      const way = `through the jump host ${proxy.address}`;
      reject(new ConnectionLost(host, `no connection to ${address} port ${port} ${way}: ${error.message}`));
    });
  });

async function logIn(
  host: string,
  settings: SshSettings,
  sock: Duplex,
  hops: readonly Client[],
  leftMs: number,
): Promise<Link> {
  const { user, address, port } = settings;
  const target = `${user}@${address}:${port}`;
  const hostKey = await hostKeyCheck(host, settings);
  const { methods, notes } = await credentials(settings);
  const refused = `${target} accepts none of: ${notes.join(", ")}. Add a key to its authorized_keys, or correct \`user\` or \`identityFile\``;
  if (methods.length === 0) {
    sock.destroy();
    throw new AuthenticationFailed(host, `no key to log in with as ${target}: ${notes.join(", ")}`);
  }

  const client = new ssh2.Client();
  const lost: { reason?: string } = {};
  let keyRefused: HostKeyRefused | undefined;
  const explain = (error: Error & ClientErrorExtensions): Unreachable => {
    if (keyRefused) return keyRefused;
    const isRefusal = error.level === "client-authentication" || /authentication failures/i.test(error.message);
    if (isRefusal) return new AuthenticationFailed(host, refused);
    if (error.level === "client-timeout") {
      return new ConnectionTimeout(
        host,
        `timed out: ${target} accepted the connection, but SSH did not answer in time`,
      );
    }
    return new ConnectionLost(host, `no SSH connection to ${target}: ${error.message}`);
  };

  const ready = new Promise<Link>((resolve, reject) => {
    client.on("ready", () => resolve({ client, lost, hops }));
    client.on("error", (error: Error & ClientErrorExtensions) => {
      lost.reason ??= error.message;
      // An agent that fails is one method less, not the end.
      if (error.level !== "agent") reject(explain(error));
    });
    client.on("close", () => reject(keyRefused ?? new ConnectionLost(host, `${target} closed the connection`)));
  });
  const left = [...methods];
  client.connect({
    sock,
    username: user,
    readyTimeout: leftMs,
    ...keepAlive,
    algorithms: { serverHostKey: hostKey.algorithms },
    hostVerifier: (blob: Buffer) => {
      keyRefused = hostKey.refuse(blob);
      return keyRefused === undefined;
    },
    authHandler: (_left, _partial, next) => next(left.shift() ?? (false as never)),
  });
  try {
    return await ready;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function asConnection(host: string, settings: SshSettings, { client, lost, hops }: Link): Connection {
  const target = `${settings.user}@${settings.address}:${settings.port}`;
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  return {
    target,
    exec: (line, { terminal } = {}) =>
      new Promise((resolve, reject) => {
        const fail = (error: Error) =>
          reject(new ConnectionLost(host, `${target} opens no channel: ${lost.reason ?? error.message}`));
        try {
          client.exec(line, terminal ? { pty: rawTerminal } : {}, (error, channel) =>
            error ? fail(error) : resolve(asChannel(channel, lost)),
          );
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    async close() {
      client.end();
      const timer = setTimeout(() => client.destroy(), 500);
      await closed;
      clearTimeout(timer);
      for (const hop of hops) hop.end();
    },
  };
}

function asChannel(channel: ClientChannel, lost: { reason?: string }): Channel {
  let exitCode: number | undefined;
  let signal: string | undefined;
  channel.on("exit", (code: number | null, name?: string) => {
    exitCode = code ?? undefined;
    signal = name;
  });
  channel.on("error", (error: Error) => {
    lost.reason ??= error.message;
  });
  const ended = new Promise<Ending>((resolve) => {
    channel.on("close", () => resolve({ exitCode, reason: lost.reason ?? (signal && `ended by SIG${signal}`) }));
  });
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, kill: () => channel.close() };
}
