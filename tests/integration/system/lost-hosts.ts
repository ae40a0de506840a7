import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import type { Deployed } from "../../support/deployed.ts";
import { post } from "./post.ts";

/** Machines that are replaced by new ones. */
export function lostHosts(system: () => Deployed): void {
  test("the one that serves the site is lost: one `up` sets a new one up, and it serves the data of the others", async () => {
    await post(system(), "/api/import", { texts: ["The roof is green."] });
    await system().lab.reset("control");
    await system().up();
    const { body } = await post(system(), "/api/evaluate", { question: "What colour is the roof?" });
    expect(body["chunks"]).toContainEqual(expect.objectContaining({ body: "The roof is green." }));
    await system().unchanged();
  });

  test("two are lost with their disks: one `up` sets the new ones up and says what is gone, a dump brings the data back", async () => {
    await post(system(), "/api/import", { texts: ["The door is blue."] });
    await system().sh("control", "sleep 1; systemctl start postgres-backup");
    await Promise.all(["inference", "storage"].map((host) => system().lab.reset(host)));

    const said = await system().up();
    expect(said).toContain("storage/postgres-database/projectsot is gone: `up` makes an empty one");
    expect(said).toContain("inference/kes-key/wiki-knowledge-key is gone: what was encrypted with it");
    await system().unchanged();

    await system().run("bin/groundwork", "restore", "--stack", stackName);
    const { body } = await post(system(), "/api/evaluate", { question: "What colour is the door?" });
    expect(body["chunks"]).toContainEqual(expect.objectContaining({ body: "The door is blue." }));
    await system().unchanged();
  });
}
