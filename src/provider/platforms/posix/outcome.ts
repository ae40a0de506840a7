// Commands that say on standard error, for the user, why they did not act.
import { HostError } from "../../errors.ts";
import type { Command, Host } from "../../host.ts";

/** Exit codes whose standard error is the whole message: see the helper's `gw_refuse`. */
const REFUSALS = [72, 73, 74, 76, 78];

/** Runs a command of the helper's library; its lines are progress, its refusal is the error. */
export async function carryOut(host: Host, command: Command): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run({ ...command, exitCodes: [0, ...REFUSALS] });
  if (exitCode !== 0) throw new HostError(host.name, stderr.trim());
  if (command.long) return; // its lines were shown as they came
  for (const line of stdout.toString("utf8").split("\n").filter(Boolean)) host.progress(line);
}
