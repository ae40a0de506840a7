/** What a preview says of one resource. */
export interface Planned {
  /** `update`, `create`, `delete`, `replace`... */
  readonly operation: string;
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/** Rows of a plain preview by resource name; what refreshing found is left out, what is planned stays. */
export function plannedIn(output: string): Map<string, Planned> {
  const rows = output.matchAll(/^ *[-+~]* +groundwork:\S+ (\S+) (?:(\w+) )?(?:\[diff: ([^\]]*)\])?/gm);
  const planned = new Map<string, Planned>();
  for (const [, name = "", operation = "same", diff] of rows) {
    if (operation.startsWith("refresh")) continue;
    const properties = diff?.split(/[-+~,]+/).filter(Boolean) ?? []; // "+added,added~changed"
    planned.set(name, { operation, properties });
  }
  return planned;
}
