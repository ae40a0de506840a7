import { type Check, warning } from "../check.ts";
import type { MacminisModel } from "./model.ts";

/** What stays in the dark without an exporter, and where its program is published for a Mac. */
const exporters = {
  nginx: { dark: "requests of the site", at: "github.com/nginx/nginx-prometheus-exporter" },
  redis: { dark: "the cache", at: "github.com/oliver006/redis_exporter" },
  postgres: { dark: "the database", at: "github.com/prometheus-community/postgres_exporter" },
  blackbox: {
    dark: "whether services answer, and when certificates expire",
    at: "github.com/prometheus/blackbox_exporter",
  },
};

/** Everything that dashboards and alerts speak of is measured. */
export const missingExporters: Check<MacminisModel> = {
  id: "GW-06",
  waivable: true,
  findings({ services }) {
    const missing = Object.entries(exporters).filter(([of]) => !services.some(({ name }) => name === `${of}-exporter`));
    if (missing.length === 0) return [];
    const dark = missing.map(([, { dark }]) => dark).join("; ");
    const where = missing.map(([of, { at }]) => `services.${of}Exporter.artefact (https://${at}/releases)`).join(", ");
    return [
      warning(
        `nothing measures ${dark}: the platform has no package of these exporters; give each as {url, sha256, stripComponents}: ${where}`,
      ),
    ];
  },
};
