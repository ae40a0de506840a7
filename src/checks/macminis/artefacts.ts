import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What no package manager has is given before it is enabled. */
export const artefacts: Check<MacminisModel> = {
  id: "MM-20",
  waivable: false,
  findings({ declared: { services } }) {
    const { ddc, kes, rob } = services;
    return Object.entries({ ddc, kes, rob }).flatMap(([name, service]) =>
      service?.enabled && !service.artefact && !("container" in service && service.container)
        ? [
            error(
              `${name} is enabled without an artefact: give services.${name}.artefact {url or source, sha256, program}${name === "ddc" ? " or services.ddc.container {image}" : ""}, or ${mend(`services.${name}.enabled`, "false")}`,
            ),
          ]
        : [],
    );
  },
};
