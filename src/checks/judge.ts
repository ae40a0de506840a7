import type { Check, Severity } from "./check.ts";
import type { Model } from "./model.ts";

/** Lets a rule be broken until the end of a day (UTC), `2027-01-31`. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
  readonly expires: string;
}

/** What was found, each line with its id. */
export interface Verdict {
  /** What keeps the program from running. */
  readonly errors: string[];
  readonly warnings: string[];
  readonly notes: string[];
}

/** What is waived is still told: an error as a warning, a warning as a note. */
const waivedTo = { error: "warning", warning: "note", note: "note" } as const;

/** Judges a model by every rule at once. @param today such as `2027-01-31` */
export function judge<Judged extends Model>(
  checks: readonly Check<Judged>[],
  model: Judged,
  waivers: readonly Waiver[],
  today: string,
): Verdict {
  const found: { severity: Severity; line: string }[] = waivers
    .flatMap((waiver, index) => useless(checks, waiver, index, today))
    .map((line) => ({ severity: "error", line }));
  for (const check of checks) {
    const waiver = waivers.find((one) => check.waivable && one.id === check.id && one.expires >= today);
    for (const { severity, said } of check.findings(model)) {
      const line = `${check.id} ${said}`;
      if (!waiver) found.push({ severity, line });
      else {
        const until = `(waived until ${waiver.expires}: ${waiver.reason})`;
        found.push({ severity: waivedTo[severity], line: `${line} ${until}` });
      }
    }
  }
  const those = (wanted: Severity) => found.filter(({ severity }) => severity === wanted).map(({ line }) => line);
  return { errors: those("error"), warnings: those("warning"), notes: those("note") };
}

function useless(
  checks: readonly Pick<Check, "id" | "waivable">[],
  { id, expires, reason }: Waiver,
  index: number,
  today: string,
): string[] {
  const place = `groundwork:waivers[${index}]`;
  const check = checks.find((one) => one.id === id);
  if (!check)
    return [`${place} names ${id}, which is not a check; the checks are: ${checks.map((one) => one.id).join(", ")}`];
  if (!check.waivable) return [`${place} names ${id}, which cannot be waived: the program could not run`];
  if (expires < today) {
    return [`${place} (${id}: ${reason}) expired on ${expires}; mend what it waived and remove it, or give a new date`];
  }
  return [];
}
