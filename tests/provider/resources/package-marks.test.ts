// What package sets do to marks of packages, and take back: on a host that is a few maps.
import { beforeEach, expect, test } from "vitest";

import { HostSession, LiveHost } from "../../../src/provider/live-host.ts";
import { platformOf } from "../../../src/provider/platforms/index.ts";
import { drift } from "../../../src/provider/resource.ts";
import packageSet from "../../../src/provider/resources/package-set.ts";
import type { Runner } from "../../../src/provider/transports/runner.ts";
import { pathText, type Values } from "../../../src/provider/values.ts";
import { packageSetSchema } from "../../../src/schemas/package-set.ts";

/** By name, such as `1`, `1 auto`, `1 hold`. */
let installed: Map<string, string>;
let records: Map<string, string>;

const words = (text = "") => text.split(" ").filter(Boolean);
const mark = (name: string, from: string, to: string) => {
  const found = installed.get(name);
  if (found) installed.set(name, words(`${found.replace(from, "")} ${to}`).join(" "));
};
const does: Record<string, (args: string[], stdin: string) => string> = {
  gw_record_names: () => [...records.keys()].join("\n"),
  gw_record_list: ([, ...names]) =>
    names
      .map((name) => [name, records.get(name)])
      .map(([name, text]) => (text ? `${name} :${Buffer.from(text).toString("base64")}\n` : `${name}\n`))
      .join(""),
  gw_record_write([, name = ""], stdin) {
    records.set(name, stdin);
    return "";
  },
  gw_record_remove([, name = ""]) {
    records.delete(name);
    return "";
  },
  gw_dpkg_list: (names) =>
    names
      .flatMap((name) => (installed.has(name) ? [[name, ...words(installed.get(name))]] : []))
      .map(
        ([name, version, is]) =>
          `${is === "auto" ? `auto\t${name}\n` : ""}${is === "hold" ? "h" : "i"}i \t${name}\t${version}\n`,
      )
      .join(""),
  gw_apt_install(args) {
    for (const [name = "", version] of args.filter((word) => /^[a-z]/.test(word)).map((word) => word.split("="))) {
      if (version) installed.set(name, `${version} hold`);
      else if (installed.has(name)) mark(name, "auto", "");
      else installed.set(name, "1");
    }
    return "";
  },
  gw_apt_remove([, held, automatic, ...names]) {
    for (const name of words(held)) mark(name, "hold", "");
    for (const name of words(automatic)) mark(name, "auto", "auto");
    for (const name of names) installed.delete(name);
    return "";
  },
};
const runner: Runner = {
  async request({ argv: [name = "", ...args], stdin }) {
    return { exitCode: 0, stdout: Buffer.from(does[name]?.(args, String(stdin)) ?? ""), stderr: "" };
  },
  long: (command) => runner.request(command),
  another: async () => runner,
  close: async () => undefined,
};

beforeEach(() => {
  installed = new Map();
  records = new Map();
});

const set = (packages: Record<string, string>, name = "tools"): Values =>
  packageSetSchema.inputs.parse({ host: "control", name, packages });
const host = () => new LiveHost(new HostSession("control", platformOf("debian"), runner, "a test"), () => undefined);
const up = (desired: Values) => packageSet.apply(host(), desired);
const down = (desired: Values) => packageSet.remove(host(), desired);
const drifted = async (desired: Values) =>
  drift(packageSet.schema, (await packageSet.read(host(), desired)) ?? {}, desired).map(({ path }) => pathText(path));

test("what is there only as a dependency is a difference; it is marked, and automatic again after a delete", async () => {
  installed.set("curl", "1 auto").set("tree", "1");
  const desired = set({ curl: "*", tree: "*" });
  await up(desired);
  expect(installed.get("curl")).toBe("1");
  expect(await drifted(desired)).toEqual([]);
  installed.set("tree", "1 auto");
  expect(await drifted(desired)).toEqual(["packages.tree"]);
  await up(desired);
  await down(desired);
  expect(Object.fromEntries(installed)).toEqual({ curl: "1 auto", tree: "1 auto" });
});

test("an exact version is held, until it is deleted or no longer exact", async () => {
  const exact = set({ curl: "1", tree: "1" });
  await up(exact);
  expect(Object.fromEntries(installed)).toEqual({ curl: "1 hold", tree: "1 hold" });
  installed.set("curl", "1");
  expect(await drifted(exact)).toEqual(["packages.curl"]);
  await up(exact);
  await up(set({ curl: "*", tree: "2" }));
  expect(Object.fromEntries(installed)).toEqual({ curl: "1", tree: "2 hold" });
  await down(set({ curl: "*", tree: "2" }));
  expect([...installed]).toEqual([]);
});

test("what somebody else held before stays held", async () => {
  installed.set("curl", "1 hold");
  await up(set({ curl: "1" }));
  await down(set({ curl: "1" }));
  expect(installed.get("curl")).toBe("1 hold");
});

test("of two sets the last one takes back what the first did, as far as it wants it", async () => {
  installed.set("tree", "1 auto");
  await up(set({ curl: "1", jq: "1", tree: "*" }));
  await up(set({ curl: "1", jq: "*", tree: "*" }, "also"));
  await down(set({ curl: "1", jq: "1", tree: "*" }));
  expect(Object.fromEntries(installed)).toEqual({ curl: "1 hold", jq: "1", tree: "1" });
  await down(set({ curl: "1", jq: "*", tree: "*" }, "also"));
  expect(Object.fromEntries(installed)).toEqual({ tree: "1 auto" });
});

test("what an earlier groundwork noted is still its own", async () => {
  installed.set("curl", "1");
  records.set("tools", JSON.stringify({ packages: { curl: "*" }, installed: ["curl"] }));
  await down(set({ curl: "*" }));
  expect([...installed]).toEqual([]);
});
