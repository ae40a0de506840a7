// Starting units and seeing that they stay up: commands of the helper's library.
import type { Command } from "../../host.ts";
import type { Ready } from "../platform.ts";

export function unitUp(verb: "start" | "restart" | "reload", unit: string, ready?: Ready): Command {
  const { ports, timeoutSec } = ready ?? { ports: [], timeoutSec: 0 };
  const until = ports.length > 0 ? `listens at ${ports.join(", ")} (${timeoutSec} s)` : "is seen to stay up";
  return {
    argv: ["gw_unit_up", verb, unit, String(timeoutSec), ...ports.map(String)],
    asked: `${verb} ${unit} and wait until it ${until}`,
    long: true,
  };
}

export const unitSteady = (unit: string, seconds: number): Command => ({
  argv: ["gw_unit_steady", unit, String(seconds)],
  asked: `see that ${unit} runs on for ${seconds} s`,
  long: true,
});
