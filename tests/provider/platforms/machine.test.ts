import { expect, test } from "vitest";

import { platformOf } from "../../../src/provider/platforms/index.ts";
import { answer } from "./debian/captured.ts";

const { machine } = platformOf("debian");
const said = [
  "system 13",
  "chip Neoverse-N1 r3p1",
  "architecture aarch64",
  "memory 34359738368",
  "serial Not Specified",
  "packages root /usr",
  "free 1024 /",
  "free 2048 /srv/a b",
  "",
].join("\n");

test("one answer tells of the machine, and of each path what is free there", () => {
  const facts = machine.parse(answer(said), ["/", "/srv/a b"]);
  expect(facts.get("/")).toEqual({
    systemVersion: "13",
    chip: "Neoverse-N1 r3p1",
    architecture: "aarch64",
    memoryBytes: 34359738368,
    serialNumber: undefined,
    freeBytes: 1024 * 1024,
    fileVault: undefined,
    packageManager: { prefix: "/usr", owner: "root" },
    commandLineTools: undefined,
  });
  expect(facts.get("/srv/a b")?.freeBytes).toBe(2048 * 1024);
});

test.each([
  ["no memory", said.replace("34359738368", ""), /does not tell its memory/],
  ["strange memory", said.replace("34359738368", "much"), /"much" of its memory/],
  ["no free space", said.replace("free 1024", "free "), /free space at \/ is not known/],
])("refuses %s", (_, text, message) => {
  expect(() => machine.parse(answer(text), ["/"])).toThrow(message);
});
