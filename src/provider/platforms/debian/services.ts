// systemd's units: what `systemctl show` says of all of them at once, and its verbs.
import type { Command, Fact } from "../../host.ts";
import type { Services, Unit } from "../platform.ts";
import { unitSteady, unitUp } from "../posix/units.ts";

const types = /\.(service|socket|timer|path|target|mount|automount|swap|slice)$/;

/** As systemctl does, a name without a type is a service. */
export const unitName = (name: string): string => (types.test(name) ? name : `${name}.service`);

const asked = ["LoadState", "ActiveState", "UnitFileState", "NeedDaemonReload"] as const;
type Properties = Record<(typeof asked)[number], string>;

const unit: Fact<Unit | undefined> = {
  name: "units",
  manifest: true,
  command: (names) => ({ argv: ["systemctl", "show", "-p", asked.join(), "--", ...names.map(unitName)] }),
  parse({ exitCode, stdout, stderr }, names) {
    if (exitCode !== 0) throw new Error(`systemctl show: ${stderr.trim()}`);
    const blocks = stdout.toString("utf8").trim().split(/\n\n+/);
    if (blocks.length !== names.length) {
      throw new Error(`systemctl show answered ${blocks.length} units for ${names.length}`);
    }
    return new Map(names.map((name, index) => [name, parseUnit(name, blocks[index] as string)]));
  },
};

function parseUnit(name: string, block: string): Unit | undefined {
  const found = Object.fromEntries(block.split("\n").map((line) => line.split(/=(.*)/s, 2)));
  const missing = asked.filter((property) => found[property] === undefined);
  if (missing.length > 0) throw new Error(`systemctl show ${name} says nothing of ${missing.join(", ")}`);
  const said = found as Properties;
  if (said.LoadState === "not-found" && said.ActiveState === "inactive") return undefined;
  if (!["loaded", "not-found", "masked", "bad-setting", "error"].includes(said.LoadState)) {
    throw new Error(`systemctl show ${name}: LoadState ${said.LoadState} is not understood`);
  }
  return {
    running: said.LoadState === "not-found" ? "without a definition" : running(said.ActiveState),
    enabled: enabled(name, said.UnitFileState),
    ...(said.UnitFileState === "generated" && { generated: true }),
    needsReread: said.NeedDaemonReload === "yes",
  };
}

function running(state: string): Unit["running"] {
  if (["active", "reloading", "refreshing"].includes(state)) return true;
  return state === "inactive" || state === "failed" ? false : state;
}

function enabled(name: string, state: string): Unit["enabled"] {
  switch (state) {
    case "enabled":
      return true;
    case "disabled":
    case "linked":
    case "enabled-runtime": // gone after the next boot
    case "linked-runtime":
      return false;
    case "masked":
    case "masked-runtime":
      return "masked";
    case "static":
    case "indirect":
    case "alias":
    case "generated":
    case "transient":
    case "":
      return undefined;
    default:
      throw new Error(`systemctl show ${name}: UnitFileState ${state} is not understood`);
  }
}

/** systemd itself only knows that it made them; `is-enabled` also asks about scripts of System V. */
const generated: Fact<Unit["enabled"]> = {
  name: "generated-units",
  command: (names) => ({ argv: ["gw_unit_boots", ...names.map(unitName)] }),
  parse({ stdout, stderr }, names) {
    const said = stdout.toString("utf8").split("\n");
    return new Map(
      names.map((name, index) => {
        const state = said[index] ?? "";
        if (state === "") throw new Error(`systemctl is-enabled ${name}: ${stderr.trim()}`);
        return [name, enabled(name, state)];
      }),
    );
  },
};

const systemctl = (...words: string[]): Command => ({ argv: ["systemctl", "--quiet", ...words] });

export const services: Services = {
  unit,
  generated,
  start: (name, ready) => unitUp("start", unitName(name), ready),
  restart: (name, ready) => unitUp("restart", unitName(name), ready),
  reload: (name, ready) => unitUp("reload", unitName(name), ready),
  steady: (name, seconds) => unitSteady(unitName(name), seconds),
  stop: (name) => ({ ...systemctl("stop", unitName(name)), long: true }),
  names: () => ({ argv: ["gw_unit_names"] }),
  reread: (switches) => ({ argv: ["gw_unit_reread", ...switches.flatMap(([verb, name]) => [verb, unitName(name)])] }),
};
