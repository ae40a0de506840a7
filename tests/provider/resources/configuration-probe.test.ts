// What the programs of a transaction may do to it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import configuration from "../../../src/provider/resources/configuration.ts";
import daemon from "../../../src/provider/resources/daemon.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, whyNoLab } from "../../support/lab.ts";
import { type Machine, machine } from "../../support/machine.ts";
import { desired } from "./lab-host.ts";

const path = "/opt/probed";
const unfinished = "/var/lib/groundwork/unfinished";
const hosts = [
  ["debian", "control", "probed"],
  ["mac", "mini", "dev.groundwork.probed"],
] as const;

describe.skipIf(!canRunLab).each(hosts)(
  `a probe on %s ${whyNoLab && `(skipped: ${whyNoLab})`}`,
  (system, name, unit) => {
    let host: Machine;
    const sleeps = desired(daemon, { host: name, name: "probed", program: "/bin/sleep", arguments: ["1000000"] });
    const up = (content: string, probe: string, values: Values = {}) =>
      host.apply(
        configuration,
        desired(configuration, {
          host: name,
          name: "probed",
          files: { [path]: { content } },
          activate: { unit, action: "restart" },
          healthy: ["sh", "-c", probe],
          healthyTimeoutSec: 2,
          settleSec: 0,
          ...values,
        }),
      );
    const processes = (args: string) => host.shell(`ps -A -o args= | grep -c '^${args}' || :`);

    beforeAll(async () => {
      host = await machine(`test-probe-${system}`, name, system);
      await host.apply(daemon, sleeps);
    }, 240_000);
    beforeEach(async () => {
      await up("old\n", "true");
    });
    afterAll(() => host?.close());

    test("that waits for ever is ended with all that it started, and the file is put back", {
      timeout: 60_000,
    }, async () => {
      await expect(up("new\n", "sleep 271 | cat; exit 1")).rejects.toThrow("rolled back: not healthy within 2 s");
      expect(await host.shell(`cat ${path}; ls -A ${unfinished}`)).toBe("old");
      expect(await processes("sleep 271")).toBe("0");
    });

    test("that leaves something running holds nobody up, and is quoted", { timeout: 60_000 }, async () => {
      const leaves = `perl -e 'fork and exit; setpgrp; exec "sleep", "272"'; echo starting`;
      await expect(up("new\n", `${leaves}; exit 1`)).rejects.toThrow(
        /rolled back: not healthy within 2 s; the probe said: starting/,
      );
      await up("new\n", leaves);
      expect(await host.shell(`cat ${path}`)).toBe("new");
      expect(Number(await processes("sleep 272"))).toBeGreaterThan(0);
      await host.shell("pkill -f '^sleep 272'");
    });

    test("where what stood there is gone, nothing is told as rolled back", async () => {
      const spoils = { validate: ["sh", "-c", `rm -r ${unfinished}/probed; false`] };
      const failure = await up("new\n", "true", spoils).catch(String);
      expect(failure).toMatch(/the new files are not valid.*nothing was put back.*unfinished\/probed/s);
      expect(failure).not.toMatch("rolled back");
      expect(await host.shell(`cat ${path}`)).toBe("new");
    });
  },
);
