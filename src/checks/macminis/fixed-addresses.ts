import { type Check, error, mend } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** Hosts find each other by addresses that do not change: their bare names resolve nowhere by themselves. */
export const fixedAddresses: Check<MacminisModel> = {
  id: "MM-23",
  waivable: false,
  findings: ({ hosts }) =>
    Object.entries(hosts)
      .filter(([, { address }]) => address === "")
      .map(([name]) =>
        error(
          `host ${name} has no address, and its bare name resolves only with DNS; give it a fixed one: ${mend(`hosts.${name}.address`, "192.168.1.11")}`,
        ),
      ),
};
