// SSH built in, on ssh2.
import type { Duplex } from "node:stream";
import type { Client, ClientChannel, PseudoTtyOptions } from "ssh2";
import type { HostConnection } from "../../schemas/host.ts";
import type { Unreachable } from "../errors.ts";
import type { Channel, Connection, Ending } from "./connection.ts";
import { ConnectionLost } from "./errors.ts";
import { retry } from "./retry.ts";
import { type LoggedIn, logIn, prepareLogin } from "./ssh-login.ts";
import { type SshSettings, sshSettings } from "./ssh-settings.ts";
import { noConnection, openTcp } from "./tcp.ts";

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
  return asConnection(host, link);
}

/** A client that is logged in, and the clients of the hops before it. */
interface Link extends LoggedIn {
  readonly target: string;
  readonly hops: readonly Client[];
}

async function dial(host: string, settings: SshSettings, totalMs: number): Promise<Link> {
  const leftMs = Math.min(totalMs, settings.attemptSec * 1000);
  const deadline = Date.now() + leftMs;
  const { address, port, proxy } = settings;
  const login = await prepareLogin(host, settings);
  const { target } = login;
  if (!proxy) {
    const socket = await openTcp(host, address, port, leftMs);
    return { target, hops: [], ...(await logIn(host, login, socket, Math.max(deadline - Date.now(), 1))) };
  }
  const hop = await dial(host, proxy, leftMs);
  const hops = [...hop.hops, hop.client];
  try {
    const through = await forward(host, hop.client, settings, proxy, Math.max(deadline - Date.now(), 1));
    return { target, hops, ...(await logIn(host, login, through, Math.max(deadline - Date.now(), 1))) };
  } catch (error) {
    for (const client of hops) client.end();
    throw error;
  }
}

const forward = (
  host: string,
  hop: Client,
  { address, port }: SshSettings,
  proxy: SshSettings,
  timeoutMs: number,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const where = `${address} port ${port} through the jump host ${proxy.address}`;
    const timer = setTimeout(() => reject(noConnection.timedOut(host, where)), timeoutMs);
    hop.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
      clearTimeout(timer);
      if (error) reject(saidByHop(host, where, error.message));
      else resolve(channel);
    });
  });

/** sshd of the jump host tells its error number in words. */
function saidByHop(host: string, where: string, said: string): Unreachable {
  if (/connection refused/i.test(said)) return noConnection.refused(host, where);
  if (/timed out/i.test(said)) return noConnection.timedOut(host, where);
  if (/no route|unreachable/i.test(said)) return noConnection.noRoute(host, where);
  return noConnection.other(host, where, said);
}

function asConnection(host: string, { client, target, lost, hops }: Link): Connection {
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
