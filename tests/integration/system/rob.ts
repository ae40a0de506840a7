import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

import type { Deployed } from "../../support/deployed.ts";
import { seriesOf } from "./prometheus.ts";

/** Agent management, from an archive of the user's. */
export function rob(system: () => Deployed): void {
  test("it is reached behind Nginx, with what it needs, by an upgraded connection too", async () => {
    const source = join(system().lab.folder, "rob.tar.gz");
    await execa("tar", ["-czf", source, "-C", import.meta.dirname, "rob-double.mjs"]);
    const sha256 = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    const artefact = { source, sha256, program: "rob-double.mjs", env: { COLOUR: "blue" } };
    const nginx = await system().mainPid("control", "nginx");
    await system().configure({ "services.rob": { host: "control", memoryMiB: 128, enabled: true, artefact } });
    await system().up();

    const answer = await fetch(`${system().site()}/rob/agents`);
    expect(await answer.json()).toEqual({ path: "/agents", colour: "blue", database: true, redis: true });
    expect(await system().sh("control", "ps -o user= -p $(systemctl show -P MainPID sot-rob-3001)")).toBe("sot-rob");
    expect(await system().mainPid("control", "nginx")).toBe(nginx);

    const headers = { connection: "upgrade", upgrade: "websocket" };
    const upgraded = request(`${system().site()}/rob/events`, { headers }).end();
    const [response, socket] = (await once(upgraded, "upgrade")) as [IncomingMessage, Socket];
    expect(response.statusCode).toBe(101);
    socket.write("are you there?");
    expect(String((await once(socket, "data"))[0])).toBe("are you there?");
    socket.destroy();
  });

  test("it is watched behind Nginx: Prometheus sees it answer, and go", async () => {
    const seen = () => seriesOf(system)('probe_success{job="rob"}').catch(String);
    const within = { timeout: 90_000, interval: 1000 };
    await expect.poll(seen, within).toEqual(["rob on control: 1"]);
    await system().sh("control", "systemctl stop sot-rob-3001");
    await expect.poll(seen, within).toEqual(["rob on control: 0"]);
    await system().sh("control", "systemctl start sot-rob-3001");
  });
}
