// What resources read of groundwork's own notes, and of lists of names.
import type { z } from "zod";

import type { Command, Host } from "../host.ts";
import { linesIn } from "../lines.ts";

/** What a record on the host says; one that is missing or not understood says nothing, and is written anew. */
export function noted<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The lines that a command answers. */
export async function linesOf(host: Host, command: Command): Promise<string[]> {
  const { stdout } = await host.ask(command);
  return linesIn(stdout);
}
