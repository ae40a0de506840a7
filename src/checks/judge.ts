import { addresses } from "./addresses.ts";
import { memory } from "./memory.ts";
import type { Check, Model } from "./model.ts";
import { ports } from "./ports.ts";
import { postgresVersion } from "./postgres-version.ts";
import { reach } from "./reach.ts";
import { references } from "./references.ts";

export const checks: readonly Check[] = [ports, memory, references, addresses, reach, postgresVersion];

/** Lets a rule be broken until the end of a day (UTC), `2027-01-31`. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
  readonly expires: string;
}

export interface Verdict {
  /** What keeps the program from running, each line with its id. */
  readonly errors: string[];
  /** What a waiver allows, each line with its id and the reason. */
  readonly waived: string[];
}

/** Judges a model by every rule at once. @param today such as `2027-01-31` */
export function judge(model: Model, waivers: readonly Waiver[], today: string): Verdict {
  const verdict: Verdict = { errors: waivers.flatMap((waiver, index) => useless(waiver, index, today)), waived: [] };
  for (const { id, waivable, broken } of checks) {
    const waiver = waivers.find((one) => waivable && one.id === id && one.expires >= today);
    for (const said of broken(model)) {
      if (waiver) verdict.waived.push(`${id} ${said} (waived until ${waiver.expires}: ${waiver.reason})`);
      else verdict.errors.push(`${id} ${said}`);
    }
  }
  return verdict;
}

function useless({ id, expires, reason }: Waiver, index: number, today: string): string[] {
  const place = `groundwork:waivers[${index}]`;
  const check = checks.find((one) => one.id === id);
  if (!check) return [`${place} names ${id}, which is no check; there are: ${checks.map((one) => one.id).join(", ")}`];
  if (!check.waivable) return [`${place} names ${id}, which nothing can waive: the program could not run`];
  if (expires < today) {
    return [`${place} (${id}: ${reason}) expired on ${expires}; mend what it waived and remove it, or give a new date`];
  }
  return [];
}
