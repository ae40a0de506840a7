import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import { awayAtMost, type Deployed } from "../../support/deployed.ts";
import { seenNowhere } from "./seen-nowhere.ts";

/** Day 2 of what serves the users: moved and given a new password while somebody asks all the time. */
export function web(system: () => Deployed): void {
  const shell = (script: string) => system().sh("control", script);

  test("another port of the API: the new one starts, Nginx moves over, the old one stops", async () => {
    const nginx = await system().mainPid("control", "nginx");
    await system().configure({ "services.api.port": 3100 });
    const seconds = await system().away(system().up);
    expect(seconds).toBeLessThan(awayAtMost);
    expect(await system().mainPid("control", "nginx")).toBe(nginx);
    expect(await shell("ls /etc/systemd/system/ | grep '^sot-api'")).toBe("sot-api-3100.service");
    expect(await shell("systemctl is-active sot-api-3100")).toBe("active");
    await system().unchanged();
  });

  test("another password of Redis by one command: both sides have it, the old one is refused, nobody saw either", async () => {
    const password = () => shell(`awk -F '"' '/^requirepass/ { print $2 }' /etc/redis/redis.conf`);
    const ping = (word: string) => shell(`REDISCLI_AUTH=${word} redis-cli -h 127.0.0.1 ping 2>&1 || :`);
    const before = await password();
    expect(await ping(before)).toBe("PONG");

    let said = "";
    const rotate = async () => {
      said = await system().run("bin/groundwork", "rotate", "redis", "--stack", stackName, "--yes");
    };
    const seconds = await system().away(rotate);
    expect(seconds).toBeLessThan(awayAtMost);

    const after = await password();
    expect(after).not.toBe(before);
    expect(await ping(after)).toBe("PONG");
    expect(await ping(before)).toMatch(/WRONGPASS|NOAUTH/);
    await seenNowhere(system(), said, [before, after]);
    const { hops } = (await (await fetch(`${system().site()}/health`)).json()) as { hops: Record<string, unknown> };
    expect(hops["redis"]).toMatchObject({ ok: true });
  });
}
