import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import type { Deployed } from "../../support/deployed.ts";

/** Machines that are replaced by new ones. */
export function lostHosts(system: () => Deployed): void {
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    return (await fetch(`${system().site()}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };

  test("two are lost with their disks: one `up` sets the new ones up and says what is gone, a dump brings the data back", async () => {
    await post("/api/import", { texts: ["The door is blue."] });
    await system().sh("control", "sleep 1; systemctl start postgres-backup");
    await Promise.all(["inference", "storage"].map((host) => system().lab.reset(host)));

    const said = await system().up();
    expect(said).toContain("storage/postgres-database/projectsot is gone: `up` makes an empty one");
    expect(said).toContain("inference/kes-key/wiki-knowledge-key is gone: what was encrypted with it");
    await system().unchanged();

    await system().run("bin/groundwork", "restore", "--stack", stackName);
    const { chunks } = (await post("/api/evaluate", { question: "What colour is the door?" })) as {
      chunks: { body: string }[];
    };
    expect(chunks.map(({ body }) => body)).toContain("The door is blue.");
    await system().unchanged();
  });
}
