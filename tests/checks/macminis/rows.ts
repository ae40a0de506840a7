import type { Changes } from "./judged.ts";

/** One row of the target sheet: a change of Pulumi.macminis.yaml that its rule lets pass, and one that it finds. */
export interface Row {
  readonly id: string;
  readonly what: string;
  /** @default the committed configuration */
  readonly passes?: Changes;
  readonly fails: Changes;
  /** What the front end of each mentions. @default it cannot be searched */
  readonly mentions?: { readonly passes: readonly string[]; readonly fails: readonly string[] };
  readonly says: readonly (string | RegExp)[];
}

export const sha256 = "0".repeat(64);
export const artefact = { source: "dist/program.tar.gz", sha256 };
