import type { MacminisConfig } from "../../schemas/macminis/index.ts";
import type { Database, Model } from "../model.ts";

/** The three Mac Minis as plain values. */
export interface MacminisModel extends Model {
  /** What the configuration says, for rules about one setting; never a secret. */
  readonly declared: Pick<MacminisConfig, "services" | "features" | "network">;
  readonly database: Database;
  /** What the front end's own archive still mentions of the previous system; `undefined` where it cannot be searched. */
  readonly siteMentions: readonly string[] | undefined;
}
