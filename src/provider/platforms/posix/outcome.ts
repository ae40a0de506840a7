// Commands that say on standard error, for the user, why they did not act.
import { HostError } from "../../errors.ts";
import type { Command, Host, Spared } from "../../host.ts";

/** Exit codes whose standard error is the whole message: see the helper's `gw_refuse`. */
const REFUSALS = [72, 73, 74, 76, 78];

/** Runs a command of the helper's library; its lines are progress, its refusal is the error. Returns 0 or an expected code. */
export async function carryOut(
  host: Host,
  command: Command,
  { expected = [], spared }: { expected?: readonly number[]; spared?: Spared } = {},
): Promise<number> {
  const exitCodes = [0, ...expected, ...REFUSALS];
  const { exitCode, stdout, stderr } = await host.run({ ...command, exitCodes }, spared);
  const said = stdout.toString("utf8").trim();
  if (REFUSALS.includes(exitCode)) throw new HostError(host.name, stderr.trim() || said);
  if (!command.long && said) said.split("\n").forEach(host.progress); // a long one's lines were shown as they came
  return exitCode;
}
