import type { Fact } from "../../host.ts";
import type { MachineFacts } from "../platform.ts";
import { parseMachine } from "../posix/machine.ts";

export const machine: Fact<MachineFacts> = {
  name: "machine",
  command: (paths) => ({ argv: ["gw_machine", ...paths] }),
  parse: parseMachine,
};
