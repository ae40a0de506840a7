// launchd's system domain: what `launchctl print` says of each daemon, and its verbs.
import type { Answer, Fact } from "../../host.ts";
import { linesIn } from "../../lines.ts";
import type { Services, Switch, Unit } from "../platform.ts";
import { unitSteady, unitUp } from "../posix/units.ts";
import { labelOf } from "./launchd-plist.ts";

/** A label has dots; a bare name is a daemon of ours. */
const labelNamed = (unit: string): string => (unit.includes(".") ? unit : labelOf(unit));

/** Seconds of life within which a daemon that failed before is in a crash loop, not just restarted. */
const YOUNG = 10;

const unit: Fact<Unit | undefined> = {
  name: "units",
  manifest: true,
  command: (names) => ({ argv: ["gw_unit_list", ...names.map(labelNamed)] }),
  parse({ exitCode, stdout, stderr }: Answer, names) {
    if (exitCode !== 0) throw new Error(`launchctl print-disabled: ${stderr.trim()}`);
    const lines = linesIn(stdout).map(parseLine);
    const units = new Map(lines.map((line) => [line.label, parseUnit(line)]));
    return new Map(
      names.flatMap((name) => (units.has(labelNamed(name)) ? [[name, units.get(labelNamed(name))] as const] : [])),
    );
  },
};

interface Line {
  readonly label: string;
  readonly file: string | undefined;
  readonly code: number;
  readonly disabled: boolean;
  readonly stale: boolean;
  readonly age: string;
  readonly print: string;
}

function parseLine(line: string): Line {
  const [, label = "", file, code, able, fresh, age = "", print] =
    /^(\S+) (\S+) (\d+) (enabled|disabled) (fresh|stale|unknown) (\S+) :(.*)$/.exec(line) ?? [];
  if (!label || print === undefined) throw new Error(`units: ${JSON.stringify(line.slice(0, 200))} is not understood`);
  return {
    label,
    file: file === "-" ? undefined : file,
    code: Number(code),
    disabled: able === "disabled",
    stale: fresh === "stale",
    age,
    print: Buffer.from(print, "base64").toString("utf8"),
  };
}

function parseUnit({ label, file, code, disabled, stale, age, print }: Line): Unit | undefined {
  if (code !== 0) {
    if (!/Could not find service/.test(print)) throw new Error(`launchctl print ${label}: ${print.trim()}`);
    return file === undefined ? undefined : { running: false, enabled: !disabled, needsReread: false };
  }
  const said = fieldsOf(print);
  const path = said.get("path") ?? "";
  if (!said.has("state")) throw new Error(`launchctl print ${label} says nothing of its state`);
  return {
    running: running(said, secondsOf(age)),
    // Loaded from a file that is gone, it does not come back after a boot.
    enabled: file === undefined && path.startsWith("/Library/") ? undefined : !disabled,
    needsReread: stale,
  };
}

/** What stands one step below the daemon: "\tstate = running". The first of a name counts. */
function fieldsOf(print: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, key = "", value = ""] of print.matchAll(/^\t([a-z ]+) = (.*)$/gm)) {
    if (!fields.has(key)) fields.set(key, value);
  }
  return fields;
}

/** launchd has started what gives way to the program. */
const onItsWay = ["spawning", "xpcproxy", "trampoline"];

function running(said: ReadonlyMap<string, string>, age: number | undefined): Unit["running"] {
  const state = said.get("state") ?? "";
  const starts = Number(said.get("runs") ?? 0);
  const loop = failed(said) && starts > 1 ? `in a crash loop (${starts} starts, ${lastEnd(said)})` : undefined;
  const lives = state === "running" || (onItsWay.includes(state) && said.has("pid"));
  if (lives) return loop && age !== undefined && age < YOUNG ? loop : true;
  const keptUp = /keepalive|runatload/.test(said.get("properties") ?? "") || said.has("semaphores");
  if (!keptUp) return true; // waits for its time, or for a caller
  if (state === "spawn scheduled" || onItsWay.includes(state)) return loop ?? state;
  if (["not running", "exited", "waiting"].includes(state)) return false;
  throw new Error(`launchctl print: state ${JSON.stringify(state)} is not understood`);
}

const failed = (said: ReadonlyMap<string, string>): boolean => {
  const code = /^-?\d+/.exec(said.get("last exit code") ?? "")?.[0];
  const signal = said.get("last terminating signal");
  return (code !== undefined && code !== "0") || (signal !== undefined && !/: (9|15)$/.test(signal));
};

const lastEnd = (said: ReadonlyMap<string, string>): string =>
  said.has("last terminating signal")
    ? `last ended by ${said.get("last terminating signal")}`
    : `last exit code ${said.get("last exit code")}`;

/** ps: [[days-]hours:]minutes:seconds. */
function secondsOf(age: string): number | undefined {
  const [, days = "0", hours = "0", minutes, seconds] = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(age) ?? [];
  if (minutes === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** launchd knows no other ban than that of a start at boot. */
const launchctlVerbs: Readonly<Record<Switch[0], string>> = { enable: "enable", disable: "disable", unmask: "enable" };

export const services: Services = {
  unit,
  start: (name, ready) => unitUp("start", labelNamed(name), ready),
  restart: (name, ready) => unitUp("restart", labelNamed(name), ready),
  reload: (name, ready) => unitUp("reload", labelNamed(name), ready),
  steady: (name, seconds) => unitSteady(labelNamed(name), seconds),
  stop: (name) => ({ argv: ["gw_unit_stop", labelNamed(name)], long: true }),
  names: () => ({ argv: ["gw_unit_names"] }),
  reread: (switches) =>
    switches.length === 0
      ? undefined
      : { argv: ["gw_unit_switch", ...switches.flatMap(([verb, name]) => [launchctlVerbs[verb], labelNamed(name)])] },
};
