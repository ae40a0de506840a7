import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import type { Deployed } from "../../support/deployed.ts";
import { cutLink } from "../../support/unplug.ts";

/** One machine down. */
export function deadHost(system: () => Deployed, lab: string): void {
  test("a host that is away is unknown in a preview; the others go on without it", async () => {
    await cutLink(lab, "inference", async () => {
      const preview = await system().pulumi(["preview"]);
      expect(preview.exitCode).not.toBe(0);
      expect(preview.output).toMatch(/unknown, not read: inference: (no route to|timed out)/);

      await system().configure({ "services.api.port": 3210 });
      const options = await system().run("bin/groundwork", "without", "inference", "--stack", stackName);
      await system().up(...options.trim().split(" "));
    });
    expect(await system().sh("control", "ss -ltnH 'sport = :3210' | wc -l")).toBe("1");
    expect((await fetch(`${system().site()}/health`)).status).toBe(200);
    await system().up();
  });
}
