import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";

const hosts = ["control", "inference", "storage"];

/** What a deployment could leave behind besides data, packages that others may need by now, accounts of both. */
const traces = `
ss -ltnuH | awk '{print $1, $5}' | sort
find /etc/systemd/system -type f | sort
systemctl list-timers --all --plain --no-legend | awk '{print $(NF-1)}' | sort
find /etc/groundwork /var/lib/groundwork -type f ! -path '*/manifest/*' 2>/dev/null | grep -vE '/(users|groups)/(ollama|kes|ddc)$' | sort
ls /opt
! command -v nft >/dev/null || nft list tables
getent passwd | cut -d: -f1 | grep -vE '^(redis|prometheus|postgres|ollama|kes|ddc)$'
`;

export type Traces = Readonly<Record<string, string>>;

export async function tracesOf({ sh }: Deployed): Promise<Traces> {
  return Object.fromEntries(await Promise.all(hosts.map(async (host) => [host, await sh(host, traces)] as const)));
}

/** Destroyed, made again, and destroyed again. */
export function life(system: () => Deployed, fresh: () => Traces): void {
  const query = (sql: string) =>
    system().sh("storage", `cd /; runuser -u postgres -- psql -XAtqd projectsot -c "${sql}"`);
  const destroyed = async () => {
    const { exitCode, output } = await system().pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode, output).toBe(0);
    expect(await tracesOf(system())).toEqual(fresh());
    for (const host of hosts) expect(await system().sh(host, "find / -xdev -nouser -o -xdev -nogroup"), host).toBe("");
    expect(await system().sh("storage", "find /var/lib/postgresql -name PG_VERSION | head -1")).toMatch(/PG_VERSION$/);
  };

  test("it is destroyed, and nothing is left but data", async () => {
    await query("CREATE TABLE kept AS SELECT 'by the first' AS text");
    await destroyed();
  });

  test("the next one finds the data", async () => {
    await system().up();
    expect(await query("SELECT text FROM kept")).toBe("by the first");
    await system().unchanged();
  });

  test("it is destroyed again, and nothing is left but data", destroyed);
}
