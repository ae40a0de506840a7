// Sleep, wake and restart: what `pmset -g custom` and systemsetup say, and how they are told.
import type { Power, PowerSettings } from "../platform.ts";

const minutes = ["sleep", "disksleep", "displaysleep"] as const;
const switches = ["womp", "autorestart"] as const;

export const power: PowerSettings = {
  settings: {
    name: "power",
    command: () => ({ argv: ["gw_power_list"] }),
    parse({ exitCode, stdout, stderr }, keys) {
      if (exitCode !== 0) throw new Error(`pmset -g custom: ${stderr.trim()}`);
      const settings = parsePower(stdout.toString("utf8"));
      return new Map(keys.map((key) => [key, settings]));
    },
  },
  set: ({ restartfreeze, ...settings }) => ({
    argv: [
      "gw_power_set",
      restartfreeze === undefined ? "-" : onOff(restartfreeze),
      ...minutes.flatMap((key) => (settings[key] === undefined ? [] : [key, String(settings[key])])),
      ...switches.flatMap((key) => (settings[key] === undefined ? [] : [key, settings[key] ? "1" : "0"])),
    ],
  }),
};

const onOff = (on: boolean): string => (on ? "on" : "off");

/** Of a machine with a battery, what holds on mains power. A value may be followed by what keeps it from taking effect. */
function parsePower(text: string): Power {
  const mains = /^AC Power:\n((?: .*\n?)*)/m.exec(text)?.[1];
  if (mains === undefined) throw new Error(`pmset -g custom: no "AC Power:" in ${JSON.stringify(text.slice(0, 200))}`);
  const values = new Map(
    [...mains.matchAll(/^\s+(\S.*?)\s+(\d+)(?:\s+\(.*\))?$/gm)].map(([, key = "", value]) => [key, Number(value)]),
  );
  const freeze = /^Restart After Freeze: (On|Off)$/im.exec(text)?.[1];
  return {
    ...Object.fromEntries(minutes.map((key) => [key, values.get(key)])),
    ...Object.fromEntries(switches.map((key) => [key, values.has(key) ? values.get(key) !== 0 : undefined])),
    restartfreeze: freeze === undefined ? undefined : freeze.toLowerCase() === "on",
  };
}
