import { type Check, note } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What the API is written with. */
export const framework: Check<MacminisModel> = {
  id: "MM-29",
  waivable: true,
  findings: ({ declared: { services } }) =>
    services.api.artefact ? [note("api is a Node service; it may use any framework, such as Express or Hono")] : [],
};
