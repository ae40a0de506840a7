import type { Unreachable } from "../errors.ts";
import {
  AuthenticationFailed,
  ConnectionLost,
  ConnectionMisconfigured,
  ConnectionRefused,
  ConnectionTimeout,
  HostKeyRefused,
  NameNotResolved,
  NoRoute,
} from "./errors.ts";

type Reason = readonly [RegExp, new (host: string, message: string) => Unreachable, string];

/** In the order in which they are looked for: a changed key also says "Permission denied" of what it disabled. */
const reasons: readonly Reason[] = [
  [/user config file|bad configuration/i, ConnectionMisconfigured, "the ssh_config is not usable"],
  [/host key|REMOTE HOST IDENTIFICATION|HOST KEY/i, HostKeyRefused, "the host key is refused"],
  [/permission denied|too many authentication failures/i, AuthenticationFailed, "the login is refused"],
  [/connection refused/i, ConnectionRefused, "connection refused"],
  [/timed out/i, ConnectionTimeout, "timed out"],
  [/no route to host|network is unreachable/i, NoRoute, "no route"],
  [/could not resolve/i, NameNotResolved, "the name does not resolve"],
];

const otherwise: Reason = [/^/, ConnectionLost, "no connection"];

/** What `ssh` said, as one of our errors. */
export function explainOpenSsh(host: string, address: string, said: string): Unreachable {
  const [, Reason, short] = reasons.find(([pattern]) => pattern.test(said)) ?? otherwise;
  return new Reason(host, `${short}; \`ssh ${address}\` said: ${said.replaceAll("\r", "").slice(-1200)}`);
}
