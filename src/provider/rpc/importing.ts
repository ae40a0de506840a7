// An import records what the machine has as what a program says: only what a program may say is taken.
import { type Failure, undeclarable } from "../check.ts";
import { HostError } from "../errors.ts";
import type { Resource } from "../resource.ts";
import { pathText, type Values, valueAt } from "../values.ts";

/** Refuses what would be a program that is refused, or that changes the machine. */
export function requireDeclarable({ schema }: Resource, id: string, seen: Values): void {
  const found = undeclarable(schema, seen);
  if (found.length === 0) return;
  const told = ({ path, reason }: Failure): string =>
    schema.secrets?.some((key) => key === path[0])
      ? `${pathText(path)} is secret and never read back`
      : `${pathText(path)} is ${JSON.stringify(valueAt(seen, path))}, and a program cannot say so (${reason})`;
  throw new HostError(
    String(seen["host"]),
    `${id} is not imported: ${found.map(told).join("; ")}. Declare it in the program instead: \`up\` adopts unchanged what is equal, and a preview shows what is not`,
  );
}
