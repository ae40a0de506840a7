import { type Check, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** The front end does not speak to the previous system. */
export const siteBundle: Check<MacminisModel> = {
  id: "MM-31",
  waivable: true,
  findings({ declared: { services }, siteMentions }) {
    if (!services.nginx.site) return [];
    if (siteMentions === undefined) {
      return [
        warning(
          "the front end's archive cannot be searched from here: give a .tar.gz as services.nginx.site.source to have it searched for supabase.co",
        ),
      ];
    }
    if (siteMentions.length === 0) return [];
    return [
      warning(`the front end still mentions ${siteMentions.join(", ")}: rebuild it with the address of this API`),
    ];
  },
};
