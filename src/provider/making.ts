// The host's own notes of what groundwork made there: a delete leaves what it only adopted.
import type { Host } from "./host.ts";

/** The kind of the notes, and the name of the thing; a path is one too. */
export type Thing = readonly [kind: string, name: string];

const noted = (host: Host, [kind, name]: Thing) => ({
  ...host.platform.records,
  fact: host.platform.records.of(kind),
  note: encodeURIComponent(name), // a file's name
});

export async function noteMaking(host: Host, thing: Thing): Promise<void> {
  const { write, fact, note } = noted(host, thing);
  await host.run(write(thing[0], note, "made by groundwork\n"));
  host.remember(fact, note);
}

export async function forgetMaking(host: Host, thing: Thing): Promise<void> {
  const { remove, fact, note } = noted(host, thing);
  await host.run(remove(thing[0], note));
  host.forget(fact, note);
}

export async function wasMade(host: Host, thing: Thing): Promise<boolean> {
  const { fact, note } = noted(host, thing);
  return (await host.read(fact, note)) !== undefined;
}

export const leftAsFound = (host: Host, name: string): void =>
  host.progress(`left: ${name} was there before groundwork`);
