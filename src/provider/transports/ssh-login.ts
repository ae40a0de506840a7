// Logging in with ssh2 over a stream that is open: host key, credentials, and what can go wrong with them.
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ClientErrorExtensions } from "ssh2";
import type { Unreachable } from "../errors.ts";
import { AuthenticationFailed, ConnectionLost, ConnectionTimeout, type HostKeyRefused } from "./errors.ts";
import { type HostKeyCheck, hostKeyCheck } from "./ssh-host-key.ts";
import { type Credentials, credentials } from "./ssh-keys.ts";
import { offerFewer, type SshSettings } from "./ssh-settings.ts";

/** A link without a sign of life is given up after 5 s x (2 + 1). */
const keepAlive = { keepaliveInterval: 5000, keepaliveCountMax: 2 };

/** What is needed to log in, settled before the connection is made. */
export interface Login {
  readonly target: string;
  readonly settings: SshSettings;
  readonly hostKey: HostKeyCheck;
  readonly credentials: Credentials;
}

export interface LoggedIn {
  readonly client: Client;
  /** Why it ended, once it has. */
  readonly lost: { reason?: string };
}

export async function prepareLogin(host: string, settings: SshSettings): Promise<Login> {
  const target = `${settings.user}@${settings.address}:${settings.port}`;
  const offered = await credentials(settings);
  if (offered.methods.length === 0) {
    throw new AuthenticationFailed(
      host,
      `no key to log in with as ${target}: ${offered.notes.join(", ")}. Name one in \`identityFile\`, or add one to the agent by \`ssh-add\``,
    );
  }
  return { target, settings, hostKey: await hostKeyCheck(host, settings), credentials: offered };
}

export async function logIn(host: string, login: Login, sock: Duplex, leftMs: number): Promise<LoggedIn> {
  const { target, settings, hostKey } = login;
  const client = new ssh2.Client();
  const lost: { reason?: string } = {};
  let keyRefused: HostKeyRefused | undefined;

  const ready = new Promise<LoggedIn>((resolve, reject) => {
    client.on("ready", () => resolve({ client, lost }));
    client.on("error", (error: Error & ClientErrorExtensions) => {
      // An agent that fails is one method less, not the end.
      if (error.level === "agent") return;
      lost.reason ??= error.message;
      reject(keyRefused ?? explain(host, login, error));
    });
    client.on("close", () => reject(keyRefused ?? new ConnectionLost(host, `${target} closed the connection`)));
  });
  const left = [...login.credentials.methods];
  client.connect({
    sock,
    username: settings.user,
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

/** What sshd says after a few wrong keys. */
const tooMany = /too many authentication failures/i;

function explain(host: string, login: Login, error: Error & ClientErrorExtensions): Unreachable {
  const { target } = login;
  if (error.level === "client-authentication" || tooMany.test(error.message)) {
    const offered = login.credentials.notes.join(", ");
    const mend = tooMany.test(error.message)
      ? `It hung up before it saw all. ${offerFewer}`
      : "Add a key to its authorized_keys, or correct `user` or `identityFile`";
    return new AuthenticationFailed(host, `${target} accepts none of: ${offered}. ${mend}`);
  }
  if (error.level === "client-timeout") {
    return new ConnectionTimeout(host, `timed out: ${target} accepted the connection, but SSH did not answer in time`);
  }
  return new ConnectionLost(host, `no SSH connection to ${target}: ${error.message}`);
}
