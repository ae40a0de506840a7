// Grafana's dashboards, one a concern: a title, and panels of one expression each.

interface Panel {
  readonly title: string;
  /** PromQL. */
  readonly expr: string;
  /** Name of a line: labels in braces. */
  readonly legend: string;
  /** One of Grafana's units. @default plain numbers */
  readonly unit?: "percentunit" | "bytes" | "Bps" | "s" | "reqps" | "short";
}

const host = "{{host}}";
/** Linux tells what is available; macOS what is free, inactive and purgeable. */
const available =
  "node_memory_MemAvailable_bytes or (node_memory_free_bytes + node_memory_inactive_bytes + node_memory_purgeable_bytes)";
const disks = '{fstype!~"tmpfs|overlay|devfs|autofs|nullfs|squashfs|ramfs"}';

export const panels = {
  hosts: [
    { title: "Answers", expr: 'up{job="node"}', legend: host },
    {
      title: "CPU in use",
      expr: '1 - avg by (host) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
      legend: host,
      unit: "percentunit",
    },
    {
      title: "Memory available",
      expr: available,
      legend: host,
      unit: "bytes",
    },
    {
      title: "Disk left",
      expr: `node_filesystem_avail_bytes${disks} / node_filesystem_size_bytes`,
      legend: `${host} {{mountpoint}}`,
      unit: "percentunit",
    },
    {
      title: "Network in",
      expr: 'sum by (host) (rate(node_network_receive_bytes_total{device!="lo"}[5m]))',
      legend: host,
      unit: "Bps",
    },
    { title: "Load", expr: "node_load5", legend: host },
  ],
  postgresql: [
    { title: "Answers", expr: "pg_up", legend: "{{instance}}" },
    { title: "Connections", expr: "sum by (datname) (pg_stat_database_numbackends)", legend: "{{datname}}" },
    {
      title: "Commits",
      expr: "sum by (datname) (rate(pg_stat_database_xact_commit[5m]))",
      legend: "{{datname}}",
      unit: "reqps",
    },
    {
      title: "Found in memory",
      expr: "sum(rate(pg_stat_database_blks_hit[5m])) / (sum(rate(pg_stat_database_blks_hit[5m])) + sum(rate(pg_stat_database_blks_read[5m])))",
      legend: "hit ratio",
      unit: "percentunit",
    },
    { title: "Size", expr: "pg_database_size_bytes", legend: "{{datname}}", unit: "bytes" },
    {
      title: "Age of the last dump",
      expr: "time() - groundwork_backup_timestamp_seconds",
      legend: "{{database}}",
      unit: "s",
    },
  ],
  redis: [
    { title: "Answers", expr: "redis_up", legend: "{{instance}}" },
    { title: "Memory", expr: "redis_memory_used_bytes", legend: "used", unit: "bytes" },
    { title: "Commands", expr: "rate(redis_commands_processed_total[5m])", legend: "{{instance}}", unit: "reqps" },
    { title: "Evicted keys", expr: "rate(redis_evicted_keys_total[5m])", legend: "{{instance}}" },
  ],
  nginx: [
    { title: "Answers", expr: "nginx_up", legend: "{{instance}}" },
    { title: "Requests", expr: "rate(nginx_http_requests_total[5m])", legend: "{{instance}}", unit: "reqps" },
    { title: "Connections", expr: "nginx_connections_active", legend: "active" },
    {
      title: "95 of 100 answers take up to",
      expr: "histogram_quantile(0.95, sum by (le, route) (rate(api_request_seconds_bucket[10m])))",
      legend: "{{route}}",
      unit: "s",
    },
  ],
  ollama: [
    { title: "Answers", expr: 'probe_success{job="ollama"}', legend: "{{instance}}" },
    { title: "Time to answer", expr: 'probe_duration_seconds{job="ollama"}', legend: "{{instance}}", unit: "s" },
    {
      title: "Memory available on its host",
      expr: `(${available}) and on (host) probe_success{job="ollama"}`,
      legend: host,
      unit: "bytes",
    },
  ],
} satisfies Record<string, readonly Panel[]>;

const width = 12;
const height = 8;

/** As Grafana's dashboard JSON model has it. */
const dashboard = (name: string, all: readonly Panel[]) => ({
  uid: `groundwork-${name}`,
  title: name,
  tags: ["groundwork"],
  schemaVersion: 39,
  refresh: "1m",
  time: { from: "now-6h", to: "now" },
  panels: all.map(({ title, expr, legend, unit = "short" }, index) => ({
    id: index + 1,
    type: "timeseries",
    title,
    datasource: { type: "prometheus", uid: "prometheus" },
    gridPos: { x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: [{ refId: "A", expr, legendFormat: legend }],
  })),
});

export const dashboards = Object.fromEntries(Object.entries(panels).map(([name, all]) => [name, dashboard(name, all)]));
