// prometheus.yml and the modules of the blackbox exporter.
import type { Endpoint } from "../endpoint.ts";
import { yaml } from "../yaml.ts";

/** Addresses by host of what an exporter serves. */
export type Targets = Readonly<Record<string, string>>;

/** Something that is asked from outside, as its users do. */
export interface Probe {
  /** Its job in Prometheus. */
  readonly name: string;
  /** Where what is asked runs. */
  readonly host: string;
  /**
   * `http_2xx`: a URL that must answer 2xx. `http_behind`: one that whoever stands behind a proxy must answer, whatever it
   * says. `tcp_connect`: `address:port`. `tcp_tls`: the same, and its certificate is read.
   */
  readonly module: keyof typeof modules;
  /** What is asked, as `module` wants it. */
  readonly target: string;
}

/** What no proxy says of itself. */
const belowFaults = Array.from({ length: 300 }, (_, index) => 200 + index);

/** Whether it answers, not whom to trust. */
const tls_config = { insecure_skip_verify: true };

const modules = {
  http_2xx: { prober: "http", timeout: "5s", http: { tls_config } },
  http_behind: {
    prober: "http",
    timeout: "5s",
    http: { tls_config, follow_redirects: false, valid_status_codes: belowFaults },
  },
  tcp_connect: { prober: "tcp", timeout: "5s" },
  tcp_tls: { prober: "tcp", timeout: "5s", tcp: { tls: true, tls_config } },
};

export const blackboxYml = (): string => yaml({ modules });

export interface Watched {
  readonly self: Endpoint;
  /** Targets by job, `node` among them. */
  readonly jobs: Readonly<Record<string, Targets>>;
  readonly probes: readonly Probe[];
  /** Where the blackbox exporter answers; without it nothing is probed. */
  readonly blackbox?: string;
  /** `address:port` of who tells somebody of alerts. */
  readonly alertmanagers?: readonly string[];
}

export function prometheusYml({ self, jobs, probes, blackbox, alertmanagers = [] }: Watched): string {
  return yaml({
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: ["*.rules.yml"],
    ...(alertmanagers.length > 0 && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }] },
    }),
    scrape_configs: [
      job("prometheus", { [self.host]: `${self.address}:${self.port}` }),
      ...Object.entries(jobs).map(([name, targets]) => job(name, targets)),
      ...(blackbox ? probes.map((probe) => probing(probe, blackbox)) : []),
    ],
  });
}

const job = (name: string, targets: Targets) => ({
  job_name: name,
  static_configs: Object.entries(targets).map(([host, target]) => ({ targets: [target], labels: { host } })),
});

/** Prometheus asks the exporter, which asks the target. */
const probing = ({ name, host, module, target }: Probe, blackbox: string) => ({
  job_name: name,
  metrics_path: "/probe",
  params: { module: [module] },
  static_configs: [{ targets: [target], labels: { host } }],
  relabel_configs: [
    { source_labels: ["__address__"], target_label: "__param_target" },
    { source_labels: ["__param_target"], target_label: "instance" },
    { target_label: "__address__", replacement: blackbox },
  ],
});
