import { expect, test } from "vitest";

import { found, modelWith } from "./judged.ts";
import { artefact } from "./rows.ts";

const given = (...exporters: string[]) =>
  Object.fromEntries(exporters.map((of) => [`services.${of}Exporter.artefact`, artefact]));

test("GW-06 passes where a program is given for each exporter, and finds what nobody measures", () => {
  expect(found("GW-06", modelWith(given("nginx", "redis", "postgres", "blackbox")))).toEqual([]);
  expect(found("GW-06", modelWith(given("nginx", "redis")))).toEqual([
    expect.stringMatching(
      /^warning: nobody measures the database; whether services answer, and when certificates expire: .*services\.postgresExporter\.artefact \(\S+\), services\.blackboxExporter\.artefact \(\S+\)$/,
    ),
  ]);
});
