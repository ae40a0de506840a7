// The Mac Mini system on a lab: deployed once, asked, changed by hand, changed by its users.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Deployed, deployed } from "../support/deployed.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { database } from "./system/database.ts";
import { deadHost } from "./system/dead-host.ts";
import { drift } from "./system/drift.ts";
import { firstPreview } from "./system/first-preview.ts";
import { keys } from "./system/keys.ts";
import { metrics } from "./system/metrics.ts";
import { reboot } from "./system/reboot.ts";
import { served } from "./system/served.ts";
import { smoke } from "./system/smoke.ts";
import { tls } from "./system/tls.ts";
import { web } from "./system/web.ts";

const name = "test-system";

describe.skipIf(!canRunLab)(`the system ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let running: Deployed;
  const system = () => running;

  beforeAll(async () => {
    running = await deployed(name);
  });
  afterAll(async () => running?.lab.stop());

  test("a first preview shows all as new; `groundwork deploy` deploys it, tests what it serves, and says where that is; `up` then changes nothing and tests nothing", async () => {
    const disk = "services.ollama.models.primary.diskMiB";
    await running.configure({ [disk]: 1e9 });
    expect(await firstPreview(running)).toMatch(/MM-02 .*llama3\.3:tiny.* GiB of disk, and .* are free for pulls/);
    await running.configure({ [disk]: 1 });
    const said = await running.run("bin/groundwork", "deploy", "--lab", name);
    for (const test of ["site", "embeddings", "import", "evaluate", "score"]) {
      expect(said).toContain(`command:local:Command smoke-${test} created`);
    }
    expect(said, "what packages and the installer brought is nobody's work").not.toContain("taken over");
    expect(said).toMatch(new RegExp(`^  site +${running.site()}$`, "m"));
    expect(said).toContain(`npx groundwork lab ssh control --lab ${name} -- systemctl stop nginx`);
    expect(await running.up("--expect-no-changes")).not.toContain("command:local:Command");
  });

  describe("what it serves", () => served(system));
  describe("smoke tests", () => smoke(system));
  describe("Prometheus", () => metrics(system));
  describe("drift", () => drift(system));
  describe("day 2 of the web", () => web(system));
  describe("day 2 of PostgreSQL", () => database(system));
  describe("day 2 of the key service", () => keys(system));
  describe("a reboot", () => reboot(system));
  describe("a dead host", () => deadHost(system, name));
  describe("TLS", () => tls(system));
});
