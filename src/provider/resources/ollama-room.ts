// Whether what is to be pulled fits the disk of the models' own folder.
import type { ollamaModelSchema } from "../../schemas/ollama-model.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { gib } from "../platforms/machine-findings.ts";
import { modelRoom } from "../platforms/posix/ollama-room.ts";
import type { Finding } from "../resource.ts";
import { Turns } from "../turns.ts";

type Model = Desired<typeof ollamaModelSchema>;

const MiB = 1024 ** 2;

/** Models that are to be pulled, with their MiB, by folder: each may fit where all do not. */
const awaited = () => new Map<string, Map<string, number>>();

/** One pull of a server goes after the other: each finds the room that the ones before have left. */
const turns = () => new Turns();

/** What a preview says of the room for a model that is to be pulled, beside those found before it. */
export async function roomFindings(host: Host, { model, modelsFolder, diskMiB }: Model): Promise<Finding[]> {
  if (modelsFolder === undefined || diskMiB === undefined) return [];
  const folders = host.shared(awaited);
  const together = (folders.get(modelsFolder) ?? new Map<string, number>()).set(model, diskMiB);
  folders.set(modelsFolder, together);

  const needed = [...together.values()].reduce((sum, mib) => sum + mib, 0) * MiB;
  const room = await host.read(modelRoom, modelsFolder);
  if (needed <= room) return [];
  const [names, take] = [[...together.keys()].join(" and "), together.size > 1 ? "take together" : "takes"];
  const said = `MM-02 ${names} ${take} ${gib(needed)} GiB of disk, and ${gib(room)} are free for pulls in ${modelsFolder}: \`up\` pulls none that does not fit; free some, or remove another model first`;
  return [{ severity: "warning", property: "diskMiB", said }];
}

/** It is there by now, or will not come. */
export const noLongerAwaited = (host: Host, { model, modelsFolder = "" }: Model): void =>
  void host.shared(awaited).get(modelsFolder)?.delete(model);

/**
 * Pulls when no other pull goes on. One that cannot fit is not begun: it would fail hours later, and fill the disk.
 *
 * @param isNew nothing of it is there; how much of a moved tag is new, nobody knows before
 */
export function pullInTurn(host: Host, desired: Model, isNew: boolean, pull: () => Promise<void>): Promise<void> {
  return host.shared(turns).take([desired.server], async () => {
    if (isNew) await requireRoom(host, desired);
    await pull();
    noLongerAwaited(host, desired);
  });
}

async function requireRoom(host: Host, { model, modelsFolder, diskMiB }: Model): Promise<void> {
  if (modelsFolder === undefined || diskMiB === undefined) return;
  const room = await host.read(modelRoom, modelsFolder);
  if (diskMiB * MiB <= room) return;
  const takes = `it takes ${gib(diskMiB * MiB)} GiB of disk, and ${gib(room)} are free for it in ${modelsFolder}`;
  throw new HostError(
    host.name,
    `${model} is not pulled: ${takes}. Free some, or remove another model first; if it shares files with a model that is there, lower \`diskMiB\``,
  );
}
