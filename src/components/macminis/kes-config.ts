// What KES is told: who may do what. Text of config.yml, and how it is checked.
import type { KesConfig } from "../../schemas/macminis/keys.ts";
import { yaml } from "../yaml.ts";

export type KesKeys = KesConfig["keys"];
export type KesAgent = Pick<KesConfig["agents"][string], "keys" | "operations">;

/** KES has no versions of keys: each is a key of its own. The first has the plain name. */
export const keyName = (name: string, version: number): string => (version === 1 ? name : `${name}-${version}`);

/** All versions that are kept, the newest last. */
export const keyNames = (name: string, { version, oldest }: KesKeys[string]): string[] =>
  Array.from({ length: version - oldest + 1 }, (_, index) => keyName(name, oldest + index));

/** These make something new, which must be of the newest version. */
const producing: readonly string[] = ["generate", "encrypt"];

/** Paths of KES' API that an agent may ask. */
export function allowed({ keys, operations }: KesAgent, all: KesKeys): string[] {
  const names = (operation: string, key: string): string[] => {
    const versions = all[key];
    if (!versions) return [key];
    return producing.includes(operation) ? [keyName(key, versions.version)] : keyNames(key, versions);
  };
  return operations.flatMap((operation) =>
    keys.flatMap((key) => names(operation, key).map((name) => `/v1/key/${operation}/${name}`)),
  );
}

export interface KesPolicies {
  /** SHA-256 of public keys. */
  readonly admin: string;
  readonly agents: Readonly<Record<string, KesAgent & { readonly identity: string }>>;
  readonly keys: KesKeys;
}

export interface KesPlaces {
  /** Folder of keys. */
  readonly state: string;
  /** Paths of the server's key and certificate, and of the authority that signs clients. */
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

/** The whole config.yml, but for the address, which is an argument. */
export function kesYaml(
  { admin, agents, keys }: KesPolicies,
  { state, key, certificate, authority }: KesPlaces,
): string {
  const settings = {
    version: "v1",
    admin: { identity: admin },
    // A client must show a certificate of this authority that has not ended.
    tls: { key, cert: certificate, ca: authority, auth: "on" },
    policy: Object.fromEntries(
      Object.entries(agents).map(([name, agent]) => [
        name,
        { allow: allowed(agent, keys), identities: [agent.identity] },
      ]),
    ),
    keystore: { fs: { path: state } },
    log: { error: "on", audit: "off" },
  };
  return yaml(settings);
}

/** KES has no check of its own: a second server is started with the file on a port of its own, and must stay up. */
export const checkedBy = (program: string, path: string): string[] => ["sh", "-c", CHECK, program, path];

const CHECK = `
log=$(mktemp) && trap 'rm -f "$log"' EXIT
"$0" server --addr 127.0.0.1:0 --config "$1" >"$log" 2>&1 &
server=$!
tries=0
until grep -q 'up and running' "$log" || ! kill -0 $server 2>/dev/null || [ $tries -ge 100 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
sleep 0.3
kill $server 2>/dev/null && wait $server && exit 0
cat "$log"
exit 1`;

/** Asks the running server, as the admin that the file names, for every identity of the file. */
export const takenIn = (
  client: string,
  { cert, key }: { cert: string; key: string },
  identities: readonly string[],
): string[] => ["sh", "-c", PROBE, client, cert, key, ...identities];

const PROBE = `
[ -f "$0" ] || exit 0
. "$0"
cert=$1 key=$2
shift 2
ask() { curl -fsS --max-time 5 --noproxy '*' --cacert "$KES_CACERT" --cert "$cert" --key "$key" "$KES_SERVER$1"; }
ask /v1/ready
for identity; do ask "/v1/identity/describe/$identity" || exit; done`;
