import { configKey } from "../schemas/config-fault.ts";
import type { Model } from "./model.ts";

/** `error` ends a preview, `warning` is shown, `note` is worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One place where a rule is broken. */
export interface Finding {
  readonly severity: Severity;
  /** One sentence: what is wrong and what to change. */
  readonly said: string;
}

export const error = (said: string): Finding => ({ severity: "error", said });
export const warning = (said: string): Finding => ({ severity: "warning", said });
export const note = (said: string): Finding => ({ severity: "note", said });

/** A rule over what a program is made from. */
export interface Check<Judged extends Model = Model> {
  readonly id: string;
  /** Whether the program can run while it is broken. */
  readonly waivable: boolean;
  findings(model: Judged): readonly Finding[];
}

/** The command that mends a value of the configuration. @param key its path; in parts where one of them may have a dot */
export const mend = (key: string | readonly string[], value: string | number): string =>
  `pulumi config set --path '${typeof key === "string" ? `groundwork:${key}` : configKey(key)}' ${value}`;
