import { type Check, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** The front end does not speak to the system before. */
export const siteBundle: Check<MacminisModel> = {
  id: "MM-31",
  waivable: true,
  findings({ declared: { services }, siteMentions }) {
    if (!services.nginx.site) return [];
    if (siteMentions === undefined) {
      return [
        warning(
          "nobody can look into the front end's archive from here: give a .tar.gz as services.nginx.site.source to have it searched for supabase.co",
        ),
      ];
    }
    if (siteMentions.length === 0) return [];
    return [
      warning(`the front end still speaks of ${siteMentions.join(", ")}: build it anew with the address of this API`),
    ];
  },
};
