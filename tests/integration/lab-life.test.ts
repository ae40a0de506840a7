// The whole system over its life: deployed, a host away, a secret changed, destroyed, and all that once more.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { stackName } from "../../tools/lab/stack.ts";
import { type Deployed, deployed } from "../support/deployed.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { cutLink } from "../support/unplug.ts";

const name = "test-life";
const hosts = ["control", "inference", "storage"];

/** What a deployment could leave behind besides data, packages that others may need by now, and their accounts. */
const traces = `
ss -ltnuH | awk '{print $1, $5}' | sort
find /etc/systemd/system -type f | sort
systemctl list-timers --all --plain --no-legend | awk '{print $(NF-1)}' | sort
find /etc/groundwork /var/lib/groundwork -type f ! -path '*/manifest/*' 2>/dev/null | sort
ls /opt
! command -v nft >/dev/null || nft list tables
getent passwd | cut -d: -f1 | grep -vE '^(redis|prometheus|postgres)$'
`;

describe.skipIf(!canRunLab)(`the life of a lab ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let system: Deployed;
  const before: Record<string, string> = {};
  const query = (sql: string) =>
    system.sh("storage", `cd /; runuser -u postgres -- psql -XAtqd projectsot -c "${sql}"`);
  const health = async () => (await fetch(`http://${system.lab.address("control")}/health`)).status;

  beforeAll(async () => {
    system = await deployed(name);
    for (const host of hosts) before[host] = await system.sh(host, traces);
    await system.up();
  });
  afterAll(async () => system?.lab.stop());

  test("a host that is away is unknown in a preview; the others go on without it", async () => {
    await cutLink(name, "inference", async () => {
      const preview = await system.attempt("pulumi", "preview", "--stack", stackName, "--non-interactive");
      expect(preview.exitCode).not.toBe(0);
      expect(preview.output).toMatch(/unknown, not read: inference: (no route to|timed out)/);

      await system.services((services) => {
        services["api"] = { ...services["api"], port: 3210 };
      });
      const options = await system.run("bin/groundwork", "without", "inference", "--stack", stackName);
      await system.up(...options.trim().split(" "));
    });
    expect(await system.sh("control", "ss -ltnH 'sport = :3210' | wc -l")).toBe("1");
    expect(await health()).toBe(200);
    await system.up();
  });

  test("a password is rotated by one command: the old one is refused, nobody saw either", async () => {
    const password = () => system.sh("control", "sed -n 's/^requirepass //p' /etc/redis/redis.conf");
    const ping = (secret: string) =>
      system.sh("control", `redis-cli --no-auth-warning -p 6379 -a '${secret}' ping 2>&1 || :`);
    const old = await password();
    expect(await ping(old)).toBe("PONG");

    const said = await system.run("bin/groundwork", "rotate", "redis", "--stack", stackName, "--yes");
    const fresh = await password();
    expect(fresh).not.toBe(old);
    expect(await ping(fresh)).toBe("PONG");
    expect(await ping(old)).toMatch(/WRONGPASS|NOAUTH/);
    expect(await health()).toBe(200);
    for (const secret of [old, fresh]) expect(said).not.toContain(secret);
  });

  test.each(["first", "second"])(
    "the %s time it is destroyed nothing is left but data, which the next one finds",
    async (time) => {
      if (time === "second") {
        await system.up();
        expect(await query("SELECT text FROM kept")).toBe("by the first");
        expect(await health()).toBe(200);
      } else {
        await query("CREATE TABLE kept AS SELECT 'by the first' AS text");
      }
      await system.run("pulumi", "destroy", "--yes", "--skip-preview", "--non-interactive", "--stack", stackName);
      for (const host of hosts) expect(await system.sh(host, traces), host).toBe(before[host]);
      expect(await system.sh("storage", "find /var/lib/postgresql -name PG_VERSION | head -1")).toMatch(/PG_VERSION$/);
    },
    10 * 60_000,
  );
});
