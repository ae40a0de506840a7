import { exporterOf } from "../../src/components/macminis/model-services.ts";
import { NodeExporter } from "../../src/components/macminis/node-exporter.ts";
import { Prometheus } from "../../src/components/macminis/prometheus.ts";
import type { Context } from "./context.ts";

/** Metrics. */
export function watch({ config: { services }, model, opts, at }: Context) {
  const exporters = Object.keys(model.hosts).map((host) => {
    const name = exporterOf(host);
    return [host, new NodeExporter(name, { endpoint: at(name) }, opts).target] as const;
  });
  const prometheus = new Prometheus(
    "prometheus",
    {
      endpoint: at("prometheus"),
      targets: Object.fromEntries(exporters),
      retentionDays: services.prometheus.retentionDays,
    },
    opts,
  );
  return { prometheus: prometheus.url };
}
