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
import { offerFewer } from "./ssh-settings.ts";

interface Reason {
  readonly pattern: RegExp;
  readonly Failure: new (host: string, message: string) => Unreachable;
  readonly short: string;
  /** What helps, for the address that ssh was given. */
  readonly mend?: (address: string) => string;
}

/** In the order in which they are looked for: a changed key also says "Permission denied" of what it disabled. */
const reasons: readonly Reason[] = [
  {
    pattern: /user config file|bad configuration/i,
    Failure: ConnectionMisconfigured,
    short: "the ssh_config is not usable",
  },
  {
    pattern: /host key|REMOTE HOST IDENTIFICATION|HOST KEY/i,
    Failure: HostKeyRefused,
    short: "the host key is refused",
    // What `openssh-host-key.ts` cannot tell either.
    mend: (address) => `\`ssh -v ${address}\` tells which key came, and \`ssh -G ${address}\` where it is looked for`,
  },
  {
    pattern: /too many authentication failures/i,
    Failure: AuthenticationFailed,
    short: "the login is refused",
    mend: () => `it hung up before it saw all keys. ${offerFewer}`,
  },
  {
    pattern: /permission denied/i,
    Failure: AuthenticationFailed,
    short: "the login is refused",
    mend: (address) => `\`ssh-copy-id ${address}\` puts your key there, \`ssh -v ${address}\` tells which were offered`,
  },
  { pattern: /connection refused/i, Failure: ConnectionRefused, short: "connection refused" },
  { pattern: /timed out/i, Failure: ConnectionTimeout, short: "timed out" },
  { pattern: /no route to host|network is unreachable/i, Failure: NoRoute, short: "no route" },
  { pattern: /could not resolve/i, Failure: NameNotResolved, short: "the name does not resolve" },
];

const otherwise: Reason = { pattern: /^/, Failure: ConnectionLost, short: "no connection" };

/** What `ssh` said, as one of our errors. */
export function explainOpenSsh(host: string, address: string, said: string): Unreachable {
  const { Failure, short, mend } = reasons.find(({ pattern }) => pattern.test(said)) ?? otherwise;
  const heard = `\`ssh ${address}\` said: ${said.replaceAll("\r", "").slice(-1200)}`;
  return new Failure(host, [`${short}; ${heard}`, ...(mend ? [mend(address)] : [])].join("; "));
}
