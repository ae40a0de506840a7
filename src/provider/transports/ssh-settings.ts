// Where and how to log in: the connection's own fields win over ssh_config(5).
import { homedir, userInfo } from "node:os";
import type SSHConfig from "ssh-config";
import type { HostConnection } from "../../schemas/host.ts";
import { ConnectionMisconfigured } from "./errors.ts";
import { nameOf } from "./known-hosts.ts";
import { defaultConfig, expand, readSshConfig } from "./ssh-config-file.ts";

export interface SshSettings {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private keys by path; those that `named` by somebody must exist. */
  readonly identityFiles: readonly string[];
  readonly named: boolean;
  /** Offer no key of the agent but those named. */
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  readonly knownHostsFiles: readonly string[];
  /** What those files call it. */
  readonly keyName: string;
  readonly hostKey: string | undefined;
  /** What `ssh` is given to get there. */
  readonly reach: readonly string[];
  /** The last hop before this host; hops before it are its own. */
  readonly proxy: SshSettings | undefined;
  /** For one attempt. */
  readonly attemptSec: number;
}

/** Where the right key is one of many. */
export const offerFewer = "Name it in `identityFile`, and say `IdentitiesOnly yes` in the ssh_config";

const systemKnownHosts = "/etc/ssh/ssh_known_hosts";
const defaultIdentities = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/** Reads the ssh_config and settles everything. Throws `ConnectionMisconfigured`. */
export async function sshSettings(host: string, connection: HostConnection): Promise<SshSettings> {
  const { address } = connection;
  if (address === undefined) {
    throw new ConnectionMisconfigured(host, `has no address; set \`hosts.${host}.address\``);
  }
  return settle(host, await readSshConfig(host, connection.sshConfig), { ...connection, address }, []);
}

type Explicit = Partial<HostConnection> & { address: string; connectTimeoutSec: number };

function settle(host: string, config: SSHConfig, given: Explicit, via: readonly string[]): SshSettings {
  const alias = given.address;
  if (via.includes(alias)) {
    throw new ConnectionMisconfigured(host, `ProxyJump leads in a circle: ${[...via, alias].join(" -> ")}`);
  }
  const found = lookup(config, alias, given.user);
  const address = found("hostname")[0]?.replaceAll("%h", alias) ?? alias;
  const port = given.port ?? Number(found("port")[0] ?? 22);
  const user = given.user ?? found("user")[0] ?? userInfo().username;
  const tokens: Record<string, string> = { h: address, r: user, p: String(port), n: alias, d: homedir(), "%": "%" };
  const path = (text: string) => expand(text.replace(/%([hrpnd%])/g, (_, token: string) => tokens[token] ?? ""));

  const identities = given.identityFile ? [given.identityFile] : found("identityfile");
  const knownHosts = given.knownHostsFile ? [given.knownHostsFile] : found("userknownhostsfile");
  const agent = found("identityagent")[0] ?? "SSH_AUTH_SOCK";
  return {
    address,
    port,
    user,
    identityFiles: (identities.length > 0 ? identities : defaultIdentities).map(path),
    named: identities.length > 0,
    identitiesOnly: found("identitiesonly")[0] === "yes",
    agent:
      agent === "none"
        ? undefined
        : agent === "SSH_AUTH_SOCK"
          ? process.env["SSH_AUTH_SOCK"] || undefined
          : path(agent),
    knownHostsFiles: (knownHosts.length > 0 ? knownHosts : ["~/.ssh/known_hosts", systemKnownHosts]).map(path),
    keyName: found("hostkeyalias")[0] ?? nameOf(address, port),
    hostKey: given.hostKey,
    reach: [...route(given), alias],
    proxy: jumps(host, config, given.proxyJump ?? found("proxyjump").join(","), given, [...via, alias]),
    attemptSec: Number(found("connecttimeout")[0] ?? given.connectTimeoutSec),
  };
}

/** `a,b` means through `a` to `b` and then on; a jump host without hops of its own in the list uses those of its config. */
function jumps(host: string, config: SSHConfig, list: string, given: Explicit, via: string[]): SshSettings | undefined {
  const hops = list.split(",").filter((hop) => hop !== "" && hop !== "none");
  const last = hops.pop();
  if (last === undefined) return undefined;
  const hop = parseHop(last);
  if (!hop) throw new ConnectionMisconfigured(host, `proxyJump ${last} is not user@address:port`);
  return settle(
    host,
    config,
    {
      ...hop,
      sshConfig: given.sshConfig,
      identityFile: given.identityFile,
      knownHostsFile: given.knownHostsFile,
      proxyJump: hops.length > 0 ? hops.join(",") : undefined,
      connectTimeoutSec: given.connectTimeoutSec,
    },
    via,
  );
}

/** A hop of `ProxyJump`. */
export function parseHop(text: string): { user?: string; address: string; port?: number } | undefined {
  const [, user, address, port] = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  return { user, address: address.replace(/^\[|\]$/g, ""), port: port === undefined ? undefined : Number(port) };
}

/** The way to a host, as options of `ssh`. */
export const route = ({ sshConfig = defaultConfig, port, proxyJump }: Partial<HostConnection>): string[] => [
  ...(sshConfig === defaultConfig ? [] : ["-F", expand(sshConfig)]),
  ...(port ? ["-p", String(port)] : []),
  ...(proxyJump ? ["-J", proxyJump] : []),
];

function lookup(config: SSHConfig, Host: string, User: string | undefined): (parameter: string) => string[] {
  const computed = config.compute({ Host, User }, { ignoreCase: true, matchExec: false });
  return (parameter) => {
    const value = computed[parameter] ?? [];
    return Array.isArray(value) ? value : [value];
  };
}
