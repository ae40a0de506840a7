import type { Check } from "../../../src/checks/check.ts";
import { macminisChecks } from "../../../src/checks/macminis/index.ts";
import type { MacminisModel } from "../../../src/checks/macminis/model.ts";
import { macminisModel } from "../../../src/components/macminis/model.ts";
import { macminisConfig } from "../../../src/schemas/macminis/index.ts";
import { changed, committedValues } from "../../schemas/config.ts";

/** Values by path; `undefined` removes one. */
export type Changes = Readonly<Record<string, unknown>>;

/** Pulumi.macminis.yaml with some values changed. @param mentions what its front end speaks of */
export function modelWith(changes: Changes = {}, mentions?: readonly string[]): MacminisModel {
  const values = Object.entries(changes).reduce(
    (before, [path, value]) => changed(before, path, value),
    committedValues("macminis"),
  );
  return macminisModel(macminisConfig.parse(values), mentions);
}

/** What the rule of an id finds, each as `severity: said`. */
export function found(id: string, model: MacminisModel): string[] {
  const check = macminisChecks.find((one) => one.id === id) as Check<MacminisModel>;
  return check.findings(model).map(({ severity, said }) => `${severity}: ${said}`);
}
