import type { Model } from "../../checks/model.ts";
import { endpointOf } from "./model.ts";
import type { Probe } from "./prometheus-config.ts";
import { grafanaPath } from "./urls.ts";

type Way = (place: string, scheme: string) => Pick<Probe, "module" | "target"> & Partial<Probe>;

/** How each service is asked from outside, where it has no metrics of its own. */
const ways: Readonly<Record<string, Way>> = {
  nginx: (place, scheme) => ({ name: "site", module: "http_2xx", target: `${scheme}://${place}/healthz` }),
  ollama: (place) => ({ module: "http_2xx", target: `http://${place}/api/version` }),
  reranker: (place) => ({ module: "http_2xx", target: `http://${place}/health` }),
  loki: (place) => ({ module: "http_2xx", target: `http://${place}/ready` }),
  grafana: (place) => ({ module: "http_2xx", target: `http://${place}${grafanaPath}/api/health` }),
  ddc: (place) => ({ module: "tcp_connect", target: place }),
  kes: (place) => ({ module: "tcp_tls", target: place }),
};

/** Services of the model that Prometheus asks through the blackbox exporter. */
export function probesOf(model: Model): Probe[] {
  const { services } = model;
  const asked = services.find(({ name }) => name === "blackbox-exporter")?.uses ?? [];
  const scheme = services.some(({ name }) => name === "nginx-http") ? "https" : "http"; // it sends browsers to TLS
  return services
    .filter(({ name }) => asked.includes(name))
    .flatMap(({ name, uses }) => {
      const { host, address, port } = endpointOf(model, name);
      const place = `${address}:${port}`;
      const way = ways[name]?.(place, scheme);
      // The APIs listen for Nginx alone; ROB has no path of its own to ask.
      const behind: Probe[] =
        name === "nginx"
          ? [
              { name: "health", host, module: "http_2xx", target: `${scheme}://${place}/health` },
              ...(uses.includes("rob")
                ? [{ name: "rob", host, module: "http_behind", target: `${scheme}://${place}/rob/` } as const]
                : []),
            ]
          : [];
      return [...(way ? [{ name, host, ...way }] : []), ...behind];
    });
}
