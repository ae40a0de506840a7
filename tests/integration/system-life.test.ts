// The Mac Mini system on a lab over its life: with copies in DDC, other models, the ROB API and new machines in the place of lost ones, destroyed, deployed again and
// destroyed again.
import { afterAll, beforeAll, describe } from "vitest";

import { usualHosts } from "../../tools/lab/plan.ts";
import { type Deployed, deployed } from "../support/deployed.ts";
import { canRunLab, whyNoLab } from "../support/lab.ts";
import { basesWithPackages } from "../support/with-packages.ts";
import { ddc } from "./system/ddc.ts";
import { fourthHost } from "./system/fourth-host.ts";
import { life, type Traces, tracesOf } from "./system/life.ts";
import { lostHosts } from "./system/lost-hosts.ts";
import { models } from "./system/models.ts";
import { rob } from "./system/rob.ts";

describe.skipIf(!canRunLab)(`the life of the system ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let running: Deployed;
  let fresh: Traces;
  const system = () => running;

  beforeAll(async () => {
    running = await deployed("test-life", { hosts: [...usualHosts, "fourth"], base: await basesWithPackages() });
    fresh = await tracesOf(running);
  });
  afterAll(() => running?.lab.stop());

  describe("copies in DDC", () => ddc(system));
  describe("day 2 of the models", () => models(system));
  describe("the ROB API", () => rob(system));
  describe("lost machines", () => lostHosts(system));
  describe("a machine more", () => fourthHost(system));
  describe("its end", () => life(system, () => fresh));
});
