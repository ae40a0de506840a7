import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

import { sampleApi } from "../../../stacks/macminis/sample-api.ts";
import { stackName } from "../../../tools/lab/stack.ts";
import { awayAtMost, type Deployed } from "../../support/deployed.ts";
import { seriesOf } from "./prometheus.ts";
import { seenNowhere } from "./seen-nowhere.ts";

/** Agent management, from an archive of the user's. */
export function rob(system: () => Deployed): void {
  /** One file in an archive. */
  const packed = async (name: string, file: string, content: string) => {
    const folder = join(system().lab.folder, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), content);
    const source = `${folder}.tar.gz`;
    await execa("tar", ["-czf", source, "-C", folder, file]);
    const sha256 = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    return { source, sha256 };
  };

  test("site and API come from archives of the user's, and are exchanged while they serve", async () => {
    const page = (text: string) => packed("site", "index.html", `<!doctype html><title>${text}</title>`);
    const api = { ...(await packed("api", "main.mjs", (await sampleApi()).text)), program: "main.mjs" };
    await system().configure({ "services.nginx.site": await page("first"), "services.api.artefact": api });
    await system().up();
    expect(await (await fetch(system().site())).text()).toContain("<title>first</title>");
    const unit = "$(systemctl list-units --plain --no-legend 'sot-api-*' | cut -d ' ' -f 1)";
    const runs = `tr '\\0' ' ' </proc/"$(systemctl show -P MainPID "${unit}")"/cmdline`;
    expect(await system().sh("control", runs)).toMatch(/node \/opt\/\S+\/main\.mjs/);

    await system().configure({ "services.nginx.site": await page("second") });
    const seconds = await system().away(system().up, async () => (await fetch(system().site())).status === 200);
    expect(await (await fetch(system().site())).text()).toContain("<title>second</title>");
    expect(seconds).toBeLessThan(awayAtMost);
  });

  test("it is reached behind Nginx, with what it needs, by an upgraded connection too", async () => {
    const artefact = {
      ...(await packed("rob", "rob-double.mjs", await readFile(join(import.meta.dirname, "rob-double.mjs"), "utf8"))),
      program: "rob-double.mjs",
      env: { COLOUR: "blue" },
    };
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

  test("other logins to the database by one command: whoever had them goes on with the new ones, the old ones are gone, nobody saw either", async () => {
    const jobs = "/etc/groundwork/jobs";
    const secrets = async () =>
      [
        await system().sh("control", `grep -ho 'postgres://[^"]*' ${jobs}/sot-rob-3001.env`),
        await system().sh(
          "storage",
          `sed -n 's/^DATA_SOURCE_PASS="\\(.*\\)"$/\\1/p' ${jobs}/prometheus-postgres-exporter.env`,
        ),
      ].map((text) => /:([^:@/]+)@/.exec(text)?.[1] ?? text);
    const sql = (query: string) => system().sh("storage", `cd /; runuser -u postgres -- psql -XAtc "${query}"`);
    const owner = () => sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'sot_migrate'");
    const ownerBefore = await owner();
    const names = ["postgresOwner", "postgresApplication", "postgresReader", "postgresBackup"];
    const before = await secrets();
    let said = "";
    const seconds = await system().away(async () => {
      said = await system().run("bin/groundwork", "rotate", ...names, "--stack", stackName, "--yes");
    });
    expect(seconds).toBeLessThan(awayAtMost);
    const after = await secrets();

    const logins = "SELECT rolname FROM pg_roles WHERE rolname ~ '^sot_.*_[0-9]+$' ORDER BY 1";
    expect(await sql(logins)).toBe("sot_app_2\nsot_backup_2\nsot_read_2");
    expect(await owner()).not.toBe(ownerBefore);
    const exporter = `curl -fsS http://${system().lab.address("storage")}:9187/metrics | grep '^pg_up'`;
    expect(await system().sh("storage", exporter)).toBe("pg_up 1");
    await system().sh("control", "systemctl start postgres-backup");
    const rob = `tr '\\0' '\\n' </proc/$(systemctl show -P MainPID sot-rob-3001)/environ | sed -n s/^DATABASE_URL=//p`;
    expect(await system().sh("control", `psql "$(${rob})" -Atc 'SELECT current_user'`)).toBe("sot_app_2");

    await seenNowhere(system(), said, [...before, ...after]);
    expect(before.filter((secret) => after.includes(secret))).toEqual([]);
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
