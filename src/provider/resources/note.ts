// What resources read of groundwork's own notes.
import type { z } from "zod";

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
