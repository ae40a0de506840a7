import { expect, test } from "vitest";

import { stackName } from "../../../tools/lab/stack.ts";
import type { Deployed } from "../../support/deployed.ts";
import { cutLink } from "../../support/unplug.ts";

/** One machine down. */
export function deadHost(system: () => Deployed, lab: string): void {
  test("fault 20: a host that is away is unknown in a preview, and what changed on the others is shown; they go on without it", async () => {
    await system().sh("control", "chmod 600 /var/www/groundwork/index.html");
    await system().sh("storage", "systemctl stop prometheus-node-exporter");
    await cutLink(lab, "inference", async () => {
      const preview = await system().pulumi(["preview"]);
      expect(preview.exitCode).not.toBe(0);
      expect(preview.output).toMatch(/unknown, not read: inference: (no route to|timed out)/);
      expect(preview.output).not.toMatch(/unknown, not read: (control|storage)/);
      expect(preview.output).toContain("nginx-site-index.html refresh [diff: ~mode]");
      expect(preview.output).toContain("node-exporter-storage-daemon refresh [diff: ~running]");

      await system().configure({ "services.api.port": 3210 });
      const options = await system().run("bin/groundwork", "without", "inference", "--stack", stackName);
      await system().up(...options.trim().split(" "));
    });
    expect(await system().sh("control", "ss -ltnH 'sport = :3210' | wc -l")).toBe("1");
    expect(await system().sh("control", "stat -c %a /var/www/groundwork/index.html")).toBe("644");
    expect(await system().sh("storage", "systemctl is-active prometheus-node-exporter")).toBe("active");
    expect((await fetch(`${system().site()}/health`)).status).toBe(200);
  });
}
