// Files that change hands: from one configuration to another, or to the same under another name.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import configuration from "../../../src/provider/resources/configuration.ts";
import file from "../../../src/provider/resources/file.ts";
import type { Values } from "../../../src/provider/values.ts";
import { canRunLab, startLab, type TestLab, whyNoLab } from "../../support/lab.ts";
import { desired, type LabHost, labHost } from "./lab-host.ts";

const stays = "/srv/conf/stays";
const moves = "/srv/conf/moves";

describe.skipIf(!canRunLab)(`files that change hands on a lab host ${whyNoLab && `(skipped: ${whyNoLab})`}`, () => {
  let lab: TestLab;
  let on: LabHost;
  const sh = async (script: string) => (await lab.run("storage", ["sh", "-c", script])).stdout.trim();
  const holds = (name: string, contents: Record<string, string>, values: Values = {}) =>
    desired(configuration, {
      host: "storage",
      name,
      files: Object.fromEntries(Object.entries(contents).map(([path, content]) => [path, { content }])),
      ...values,
    });
  const apply = (wanted: Values, recorded?: Values) => configuration.apply(on.host, wanted, recorded);
  const slow = { validate: ["sleep", "1"], root: "/srv/conf" };

  beforeAll(async () => {
    lab = await startLab("test-configuration", { hosts: ["storage"] });
    await lab.reset("storage");
    on = await labHost(lab, "storage");
  }, 120_000);
  beforeEach(async () => {
    await sh(`rm -rf /srv/conf /var/lib/groundwork; mkdir /srv/conf; echo theirs >${moves}`);
    on = await on.again();
  });
  afterAll(async () => {
    await on?.close();
    await lab?.stop();
  });

  test("another name: the files stay, and what stood there before them comes back with the last one", async () => {
    const before = await apply(holds("old", { [stays]: "one\n", [moves]: "two\n" }));
    const after = await apply(holds("new", { [stays]: "one\n", [moves]: "two\n" }));
    await configuration.remove(on.host, before);
    expect(await sh("cd /srv/conf; cat stays moves; ls /var/lib/groundwork/configuration")).toBe("one\ntwo\nnew");
    await configuration.remove(on.host, after);
    expect(await sh("cd /srv/conf; ls; cat moves; ls /var/lib/groundwork/configuration")).toBe("moves\ntheirs");
  });

  test.each([
    ["as it is, while the other one is slow to let it go", "two\n", slow, {}],
    ["as it is, when the other one let it go at once", "two\n", {}, slow],
    ["changed, while the other one is slow to let it go", "changed\n", slow, {}],
    ["changed, when the other one let it go at once", "changed\n", {}, slow],
  ])("a path moves to another configuration in one run, %s", async (_, content, giving, taking) => {
    const first = await apply(holds("first", { [stays]: "one\n", [moves]: "two\n" }));
    const [, second] = await Promise.all([
      apply(holds("first", { [stays]: "one\n" }, giving), first),
      apply(holds("second", { [moves]: content }, taking)),
    ]);
    expect(await sh("cd /srv/conf; cat stays moves")).toBe(`one\n${content.trim()}`);
    await configuration.remove(on.host, second);
    expect(await sh("cd /srv/conf; cat stays moves")).toBe("one\ntheirs");
  });

  test("what somebody put in the place of files that were let go of is kept, and returns", async () => {
    await apply(holds("let-go", { [stays]: "one\n", [moves]: "two\n" }));
    await sh("cd /srv/conf; echo mine >stays; echo mine >moves");
    on = await on.again();
    const after = await apply(holds("let-go", { [stays]: "three\n" }));
    expect(await sh("cd /srv/conf; cat stays moves")).toBe("three\nmine");
    await configuration.remove(on.host, after);
    expect(await sh("cd /srv/conf; cat stays moves")).toBe("mine\nmine");
  });

  test("what it goes back to after a failure is its own", async () => {
    const before = await apply(holds("back", { [moves]: "one\n" }));
    const failing = apply(holds("back", { [moves]: "two\n" }, { validate: ["false"] }), before);
    await expect(failing).rejects.toThrow(/rolled back/);
    on = await on.again();
    await apply(holds("back", { [moves]: "two\n" }));
    await configuration.remove(on.host, before);
    expect(await sh(`cat ${moves}`)).toBe("theirs");
  });

  test("a file that a configuration took over outlives the File that it was", async () => {
    const before = await file.apply(on.host, desired(file, { host: "storage", path: moves, content: "ours\n" }));
    const after = await apply(holds("taken", { [moves]: "ours\n" }));
    await file.remove(on.host, before);
    expect(await sh(`cat ${moves}`)).toBe("ours");
    expect(on.said.join()).toMatch(/left: \/srv\/conf\/moves .*taken/);
    await configuration.remove(on.host, after);
    expect(await sh(`cat ${moves}`)).toBe("theirs");
  });
});
