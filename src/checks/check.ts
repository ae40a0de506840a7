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

/** The command that mends a value of the configuration. */
export const mend = (key: string, value: string | number): string =>
  `pulumi config set --path 'groundwork:${key}' ${value}`;
