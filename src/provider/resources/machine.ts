import { machineSchema } from "../../schemas/machine.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { gib, lessMemory, machineFindings } from "../platforms/machine-findings.ts";
import type { MachineFacts } from "../platforms/platform.ts";
import { defineResource } from "../resource.ts";
import { onlyOne } from "./only-one.ts";

/** A host has one machine, and so one resource of this kind. */
const only = "hardware";
const kind = "machine";

/** Its serial number, noted when the host was set up; `undefined` before. */
export const recordedMachine = (host: Host): Promise<string | undefined> =>
  host.read(host.platform.records.of(kind), only);

/** Holds who the machine behind a host is, and asks whether it is what it must be. */
export default defineResource(machineSchema, {
  ...onlyOne(kind, only, "machine"),

  async observe(host, _, recorded) {
    const [facts, note] = await Promise.all([factsOf(host), recordedMachine(host)]);
    const known = recorded?.["serialNumber"] || note;
    if (known && facts.serialNumber && known !== facts.serialNumber)
      refuseOther(host, String(known), facts.serialNumber);
    if (note === undefined) return undefined;
    return {
      system: facts.systemVersion,
      processor: facts.chip ?? "unknown",
      memoryMiB: Math.floor(facts.memoryBytes / 1024 ** 2),
      serialNumber: facts.serialNumber ?? "",
      fileVault: facts.fileVault ?? false,
      packageManagerOwner: facts.packageManager?.owner ?? "",
    };
  },

  async examine(host, { freeDiskGiB, ...expected }, recorded) {
    const atFirst = recorded ? {} : { freeDiskGiB }; // what was set up since has used it
    return machineFindings(host.platform.name, await factsOf(host), { ...expected, ...atFirst }).map(
      ({ severity, about, said, mend }) => ({ severity, property: about, said: `${said}; ${mend}` }),
    );
  },

  async reconcile(host, desired) {
    const facts = await factsOf(host);
    if (lessMemory(facts, desired)) {
      throw new HostError(
        host.name,
        `MM-22 has ${gib(facts.memoryBytes)} GiB of memory, and ${desired.memoryGiB} are declared: nothing is set up for less; correct memoryGiB, or the address`,
      );
    }
    await host.run(host.platform.records.write(kind, only, facts.serialNumber ?? ""));
    host.remember(host.platform.records.of(kind), only);
  },

  list: async (host) => ((await recordedMachine(host)) === undefined ? [] : [only]),

  async remove(host) {
    await host.run(host.platform.records.remove(kind, only));
    host.forget(host.platform.records.of(kind), only);
  },
});

const factsOf = (host: Host): Promise<MachineFacts> => host.read(host.platform.machine, "/");

/** A replaced machine is accepted by its serial number in the connection, which the new program's provider has. */
function refuseOther(host: Host, known: string, found: string): void {
  if (host.pinnedSerial === found) return;
  throw new HostError(
    host.name,
    `another machine answers: its serial number is ${found}, and that of this host is ${known}. Nothing was changed; correct the address, or if it replaces the other: pulumi config set --path 'groundwork:hosts.${host.name}.connection.serialNumber' ${found}, and then pulumi up --refresh --run-program`,
  );
}
