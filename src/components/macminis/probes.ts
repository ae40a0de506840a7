import type { Model } from "../../checks/model.ts";
import type { Probe } from "./prometheus-config.ts";

/** How each service is asked from outside, where it has no metrics of its own. */
const ways: Readonly<Record<string, (place: string, scheme: string) => Omit<Probe, "name"> & Partial<Probe>>> = {
  nginx: (place, scheme) => ({ name: "site", module: "http_2xx", target: `${scheme}://${place}/healthz` }),
  ollama: (place) => ({ module: "http_2xx", target: `http://${place}/api/version` }),
  reranker: (place) => ({ module: "http_2xx", target: `http://${place}/health` }),
  loki: (place) => ({ module: "http_2xx", target: `http://${place}/ready` }),
  grafana: (place) => ({ module: "http_2xx", target: `http://${place}/api/health` }),
  ddc: (place) => ({ module: "tcp_connect", target: place }),
};

/** Services of the model that Prometheus asks through the blackbox exporter. */
export function probesOf({ services, hosts }: Model): Probe[] {
  const asked = services.find(({ name }) => name === "blackbox-exporter")?.uses ?? [];
  const scheme = services.some(({ name }) => name === "nginx-http") ? "https" : "http"; // it sends browsers to TLS
  return services
    .filter(({ name }) => asked.includes(name))
    .flatMap(({ name, host, port }) => {
      const way = ways[name]?.(`${hosts[host]?.address}:${port}`, scheme);
      return way ? [{ name, ...way }] : [];
    });
}
