import { type Check, error } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** An exact version that is left over from another major version would be installed beside this one. */
export const postgresPackages: Check<MacminisModel> = {
  id: "GW-09",
  waivable: false,
  findings: ({ database: { version }, declared: { services } }) =>
    Object.keys(services.postgres.packages ?? {})
      .filter((name) => ![undefined, String(version)].includes(/^postgresql(?:-[a-z-]+)?[-@](\d+)/.exec(name)?.[1]))
      .map((name) =>
        error(
          `groundwork:services.postgres.packages names ${name}, and the version is ${version}: take it out, or name the package of that version`,
        ),
      ),
};
