// Why `ssh` refuses a host key, in the words of the built-in transport. What it says by itself has the fingerprint of a changed
// key only, and no name where a jump host is refused. So it is asked again for all it knows: which key came, and from where.
import { text } from "node:stream/consumers";
import type { HostConnection } from "../../schemas/host.ts";
import type { HostKeyRefused } from "./errors.ts";
import { nameOf } from "./known-hosts.ts";
import { programChannel, sshEnvironment } from "./program.ts";
import { expand } from "./ssh-config-file.ts";
import { type KeyPlace, known, refusal } from "./ssh-host-key.ts";
import { parseHop, route } from "./ssh-settings.ts";

interface Destination extends Partial<HostConnection> {
  readonly address: string;
  /** What `ssh` is told beside the way there. */
  readonly options?: readonly string[];
}

/** `undefined` where it cannot be told: another `ssh` of a ProxyCommand refused, or the key is accepted by now. */
export async function openSshRefusal(
  host: string,
  target: Destination & HostConnection,
): Promise<HostKeyRefused | undefined> {
  const { address, options = [], connectTimeoutSec } = target;
  const { stderr } = await run(
    ["-v", ...options, ...route(target), "-S", "none", "-N", "-T", "--", address],
    connectTimeoutSec,
  );
  const [, type, fingerprint] = last(stderr, /Server host (?:key|certificate): (\S+) (SHA256:[\w+/]+)/g);
  const [, at] = last(stderr, /Authenticating to (\S+) as /g);
  if (!type || !fingerprint || !at) return undefined;
  const place = await placeOf(target, at, []);
  return place && refusal(host, place, await known(host, place), { type, fingerprint });
}

/** Of the target and its jump hosts the one that is `at` an address and port. */
async function placeOf(to: Destination, at: string, via: readonly string[]): Promise<KeyPlace | undefined> {
  const { address, sshConfig, options = [], user, hostKey, knownHostsFile } = to;
  const login = user === undefined ? [] : ["-l", user];
  const { stdout } = await run(["-G", ...options, ...route(to), ...login, "--", address], 5);
  const all = new Map(stdout.split("\n").map((line) => [line.split(" ", 1)[0]!, line.slice(line.indexOf(" ") + 1)]));
  const paths = (key: string) => (all.get(key) ?? "").split(" ").filter(Boolean).map(expand);
  const [name = "", port = ""] = [all.get("hostname"), all.get("port")];
  if (`${name}:${port}` === at) {
    return {
      keyName: (hostKey ? undefined : all.get("hostkeyalias")) ?? nameOf(name, Number(port)),
      hostKey,
      knownHostsFiles: knownHostsFile
        ? [expand(knownHostsFile)]
        : [...paths("userknownhostsfile"), ...paths("globalknownhostsfile")],
      reach: [...route(to), address],
    };
  }
  for (const jump of all.get("proxyjump")?.split(",") ?? []) {
    const hop = parseHop(jump);
    const place = hop && !via.includes(jump) && (await placeOf({ ...hop, sshConfig }, at, [...via, jump]));
    if (place) return place;
  }
  return undefined;
}

async function run(args: readonly string[], timeoutSec: number): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr, stdin, kill, ended } = programChannel("ssh", args, sshEnvironment());
  const timer = setTimeout(kill, timeoutSec * 1000);
  stdin.end();
  const [out, said] = await Promise.all([text(stdout), text(stderr), ended]);
  clearTimeout(timer);
  return { stdout: out, stderr: said };
}

const last = (said: string, pattern: RegExp): readonly string[] => [...said.matchAll(pattern)].at(-1) ?? [];
