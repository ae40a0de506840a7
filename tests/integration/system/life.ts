import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";

const hosts = ["control", "inference", "storage", "fourth"];

/** Where nothing else may be left, and each path there that may, with the reason. */
const places = "/etc /usr/local /var/www /var/backups";
const excepted = [
  "/etc/machine-id", // new machines came in the place of lost ones
  "/etc/kes", // holds the next one
  "/etc/redis", // of a package that a new machine had when it came in the place of the lost one: ours already, by the state
  "/etc/(kes/authority|groundwork-authority)(/.*)?", // data: what these authorities signed may be trusted elsewhere
  "/var/backups/(postgres|ddc)(/.*)?", // data
  "/etc/(passwd|group|shadow|gshadow)-?", // accounts that own data; all others are compared by name
  "/etc/rc[2-5].d/[KS]01.*", // systemctl's links for another init, which systemd does not read
  "/etc/postgresql(-common/createcluster.d)?", // empty folders of packages, taken over and so removed; packages do without
  "/var/backups/(alternatives|apt|dpkg)[.].*", // Debian's own, once a day
];
/** Notes of what is data, and of who owns it: a later delete may remove that. */
const notes = [
  "/(users|groups)/(ollama|kes|ddc)",
  "/directories/(%2Fvar%2Fbackups|%2Fvar%2Flib|%2Fetc)%2F(ollama|kes|ddc|postgres)",
  "/postgres-roles/sot_(app|backup|migrate|read)",
];
const found = `find ${places} -regextype posix-extended ! -regex '${excepted.join("|")}'`;

/** What a deployment could leave behind besides data, packages that others may need by now, accounts of both. */
const traces = `
ss -ltnuH | awk '{print $1, $5}' | sort
systemctl list-timers --all --plain --no-legend | awk '{print $(NF-1)}' | sort
find /etc/groundwork /var/lib/groundwork -type f ! -path '*/manifest/*' 2>/dev/null | grep -vE '(${notes.join("|")})$' | sort
ls /opt
ls -d /var/lib/groundwork-* 2>/dev/null || :
${found} -printf '%y %m %u:%g %p %l\\n' | sort
${found} -type f -exec sha256sum {} + | sort
! command -v nft >/dev/null || nft list tables
{ getent passwd; getent group; } | cut -d: -f1 | grep -vE '^(redis|prometheus|postgres|ollama|kes|ddc)$'
`;

export type Traces = Readonly<Record<string, readonly string[]>>;

export async function tracesOf({ sh }: Deployed): Promise<Traces> {
  return Object.fromEntries(
    await Promise.all(hosts.map(async (host) => [host, (await sh(host, traces)).split("\n")] as const)),
  );
}

/** What one has that the other has not. */
const without = (one: Traces, other: Traces) =>
  hosts.flatMap((host) => one[host]!.filter((line) => !other[host]!.includes(line)).map((line) => `${host}: ${line}`));

/** Destroyed, made again, and destroyed again. */
export function life(system: () => Deployed, fresh: () => Traces): void {
  const query = (sql: string) =>
    system().sh("storage", `cd /; runuser -u postgres -- psql -XAtqd projectsot -c "${sql}"`);
  const destroyed = async () => {
    const { exitCode, output } = await system().pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode, output).toBe(0);
    const now = await tracesOf(system());
    expect({ left: without(now, fresh()), gone: without(fresh(), now) }).toEqual({ left: [], gone: [] });
    for (const host of hosts) expect(await system().sh(host, "find / -xdev -nouser -o -xdev -nogroup"), host).toBe("");
    expect(await system().sh("storage", "find /var/lib/postgresql -name PG_VERSION | head -1")).toMatch(/PG_VERSION$/);
  };

  test("it is destroyed, and nothing is left but data", async () => {
    await query("CREATE TABLE kept AS SELECT 'by the first' AS text");
    await destroyed();
  });

  test("the next one, whose site has a certificate, finds the data", async () => {
    await system().configure({ "services.nginx.port": 443, "services.nginx.tls": { mode: "internal-ca" } });
    await system().up();
    expect(await query("SELECT text FROM kept")).toBe("by the first");
    await system().unchanged();
  });

  test("it is destroyed again, and nothing is left but data", destroyed);
}
