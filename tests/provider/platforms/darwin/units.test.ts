import { describe, expect, test } from "vitest";

import { platformOf } from "../../../../src/provider/platforms/index.ts";
import { answer, base64, documented } from "./documented.ts";

const { services, jobs } = platformOf("darwin");

interface Told {
  readonly file?: string;
  readonly code?: number;
  readonly able?: string;
  readonly fresh?: string;
  readonly age?: string;
}

/** A line of the helper. */
const told = (
  label: string,
  print: string,
  { file, code = 0, able = "enabled", fresh = "fresh", age = "-" }: Told = {},
) => `${label} ${file ?? `/Library/LaunchDaemons/${label}.plist`} ${code} ${able} ${fresh} ${age} :${base64(print)}\n`;

const api = "dev.groundwork.api";
const running = documented("launchctl-print.running.txt");
const loop = documented("launchctl-print.crash-loop.txt");
const unit = (line: string, name = "api") => services.unit.parse(answer(line), [name]).get(name);

describe("units of launchd", () => {
  test("a bare name is a daemon of ours, a label is itself", () => {
    expect(services.unit.command(["api", "com.openssh.sshd"]).argv).toEqual(["gw_unit_list", api, "com.openssh.sshd"]);
    expect(jobs.unitOf("daemon", "api")).toBe(api);
    expect(services.restart("api", { ports: [3000], timeoutSec: 9 }).argv).toEqual([
      ...["gw_unit_up", "restart", api, "9", "3000"],
    ]);
  });

  test("one that runs", () => {
    expect(unit(told(api, running, { age: "01-02:03:04" }))).toEqual({
      running: true,
      enabled: true,
      needsReread: false,
    });
  });

  test.each([
    ["between two starts", loop, "-", "in a crash loop (311 starts, last exit code 1)"],
    ["young, after others that failed", loop.replace("spawn scheduled", "running"), "00:03", /^in a crash loop/],
    ["old enough", loop.replace("spawn scheduled", "running"), "00:11", true],
    [
      "ended by a signal",
      loop.replace("last exit code = 1", "last terminating signal = Segmentation fault: 11"),
      "-",
      "in a crash loop (311 starts, last ended by Segmentation fault: 11)",
    ],
    ["restarted by us", running.replace("runs = 1", "runs = 2"), "00:01", true],
    ["ended well, and kept up only after failures", loop.replace("spawn scheduled", "not running"), "-", false],
    ["still starting for the first time", running.replace("= running", "= spawn scheduled"), "-", "spawn scheduled"],
    [
      "on its way to its program",
      running.replace("= running", "= xpcproxy").replace(/\tpid = .*\n/, ""),
      "-",
      "xpcproxy",
    ],
    ["on its way, with a process", running.replace("= running", "= xpcproxy"), "00:01", true],
    ["between two programs", loop.replace("spawn scheduled", "trampoline"), "-", /^in a crash loop/],
  ])("crash loops: %s", (_, print, age, seen) => {
    const found = unit(told(api, print, { age }))?.running;
    if (seen instanceof RegExp) expect(found).toMatch(seen);
    else expect(found).toBe(seen);
  });

  test("a timer waits for its time: that is what running means", () => {
    const label = "dev.groundwork.backup";
    expect(unit(told(label, documented("launchctl-print.timer.txt")), "backup")?.running).toBe(true);
  });

  test("what is not loaded is down, or not there at all", () => {
    const none = documented("launchctl-print.none.txt");
    expect(unit(told(api, none, { code: 113, able: "disabled" }))).toMatchObject({ running: false, enabled: false });
    expect(unit(told(api, none, { code: 113, file: "-" }))).toBeUndefined();
  });

  test("disabled, loaded from an older file, and loaded from a file that is gone", () => {
    expect(unit(told(api, running, { able: "disabled" }))?.enabled).toBe(false);
    expect(unit(told(api, running, { fresh: "stale" }))?.needsReread).toBe(true);
    expect(unit(told(api, running, { file: "-" }))?.enabled).toBeUndefined();
  });

  test.each([
    [
      "another failure of print",
      told(api, "Could not print service: 5: Input/output error", { code: 5 }),
      /Input\/output error/,
    ],
    ["an answer without a state", told(api, "nothing\n"), /says nothing of its state/],
    ["an unknown state", told(api, loop.replace("spawn scheduled", "odd")), /state "odd" is not understood/],
    ["a broken line", "what\n", /"what" is not understood/],
  ])("refuses %s", (_, line, message) => {
    expect(() => unit(line)).toThrow(message);
  });
});
