// Whole configurations: the committed one, and the source document's plan taken at its word.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { judge } from "../../../src/checks/judge.ts";
import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import { macminisModel } from "../../../src/components/macminis/model.ts";
import { configFaults } from "../../../src/schemas/config-fault.ts";
import { macminisConfig } from "../../../src/schemas/macminis/index.ts";
import { mentionsIn } from "../../../stacks/macminis/site.ts";
import { committedValues, given, valuesOf } from "../../schemas/config.ts";
import { modelWith } from "./judged.ts";

const today = "2027-01-01";
const ids = (lines: readonly string[]) => lines.map((line) => line.slice(0, 5));

test("the committed configuration has no fault", () => {
  expect(configFaults(macminisConfig, given(committedValues("macminis")))).toEqual([]);
});

test("the committed configuration passes every check; what it cannot help is said", () => {
  expect(judge(macminisChecks, modelWith(), [], today)).toEqual({
    errors: [],
    warnings: [
      expect.stringMatching(/^MM-02 qwen2\.5:32b-instruct-q4_K_M \(23913 MiB\) does not fit beside /),
      expect.stringMatching(/^MM-17 anybody on 192\.168\.1\.0\/24 can read the traffic of /),
      expect.stringMatching(/^MM-21 llama3\.3:70b-instruct-q4_K_M makes at most 6\.4 tokens\/s/),
      expect.stringMatching(/^GW-06 nothing measures requests of the site; the cache; the database; whether services /),
    ],
    notes: [expect.stringMatching(/^MM-28 nobody hears when mac-mini-3 is gone/)],
  });
});

test("the committed configuration says what the target sheet decides", () => {
  const { services } = macminisConfig.parse(committedValues("macminis"));
  expect(services.prometheus.port).toBe(9091);
  expect(services.ollama).toMatchObject({ contextLength: 8192, kvCacheType: "q8_0", gpuWiredLimitMiB: 57_344 });
  expect([services.kes, services.ddc, services.rob].map((service) => service?.enabled)).toEqual([false, false, false]);
  expect(services.postgres.backup).toEqual(expect.objectContaining({ host: "mac-mini-1", copies: 14 }));
});

test("the source document's own plan fails with all its faults in one list", () => {
  const text = readFileSync(new URL("../../fixtures/macminis/source-plan.yaml", import.meta.url), "utf8");
  const config = macminisConfig.parse(valuesOf(text));
  const model = macminisModel(config, mentionsIn(config.services.nginx.site));
  const { errors, warnings, notes } = judge(macminisChecks, model, [], today);
  expect(ids(errors), errors.join("\n")).toEqual([
    ...["MM-01", "MM-02", "MM-02", "MM-04", "MM-05", "MM-05", "MM-07", "MM-07", "MM-10", "MM-11", "MM-13"],
    ...["MM-15", "MM-15", "MM-15", "MM-16", "MM-18", "MM-20", "MM-20", "MM-20"],
    ...["MM-23", "MM-23", "MM-23", "MM-24", "MM-26"],
  ]);
  expect(errors[0]).toMatch(/^MM-01 port 9090\/tcp on mac-mini-3 is claimed by ddc and prometheus;/);
  expect(ids(warnings), warnings.join("\n")).toEqual([
    ...[
      "MM-03",
      "MM-06",
      "MM-08",
      "MM-12",
      "MM-17",
      "MM-19",
      "MM-21",
      "MM-22",
      "MM-25",
      "MM-27",
      "MM-28",
      "MM-31",
      "GW-06",
    ],
  ]);
  expect(warnings).toContainEqual(expect.stringMatching(/^MM-31 the front end still mentions supabase\.co:/));
  expect(ids(notes)).toEqual(["MM-09", "MM-29"]);
});
