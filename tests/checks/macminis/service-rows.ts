import { artefact, type Row, sha256 } from "./rows.ts";

const kesWith = (agent: object) => ({
  host: "mac-mini-1",
  enabled: true,
  artefact,
  keys: { "wiki-knowledge-key": {} },
  agents: { ddc: { keys: ["wiki-*"], operations: ["encrypt", "decrypt"], ...agent } },
});

const image = `example.com/ddc@sha256:${sha256}`;
const copying = {
  host: "mac-mini-3",
  enabled: true,
  container: { image },
  sync: true,
  dumps: {
    store: ["ddc", "put", "{file}", "{name}"],
    fetch: ["ddc", "get", "{name}", "{file}"],
    list: ["ddc", "ls"],
    remove: ["ddc", "rm", "{name}"],
  },
};

/** What services and hosts need. */
export const serviceRows: Row[] = [
  {
    id: "MM-01",
    what: "two services on one port",
    fails: { "services.prometheus.port": 9090 },
    says: [/^error: port 9090\/tcp on mac-mini-3 is claimed by ddc and prometheus; .*prometheus.port' 9091$/],
  },
  {
    id: "MM-01",
    what: "HTTPS on the port of HTTP",
    fails: { "services.nginx.port": 80 },
    says: [/^error: port 80\/tcp on mac-mini-1 is claimed by nginx and nginx-http; .*nginx.port' 443$/],
  },
  {
    id: "MM-01",
    what: "the port that sends browsers to HTTPS on one that is taken",
    fails: { "services.nginx.httpPort": 3000 },
    says: [/^error: port 3000\/tcp on mac-mini-1 is claimed by api and nginx-http; .*nginx.httpPort' 80$/],
  },
  {
    id: "MM-01",
    what: "a second port of Loki's on one that is taken",
    fails: { "services.loki.grpcPort": 6379 },
    says: [/^error: port 6379\/tcp on mac-mini-1 is claimed by redis and loki-grpc; .*loki.grpcPort' 6380$/],
  },
  {
    id: "MM-01",
    what: "a port of sshd, which is Pulumi's own way in",
    passes: { reservations: { ftp: { host: "mac-mini-1", port: 21 } } },
    fails: { reservations: { ftp: { host: "mac-mini-1", port: 22 } } },
    says: [/^error: port 22\/tcp on mac-mini-1 is claimed by sshd and ftp; .*reservations.ftp.port' 23$/],
  },
  {
    id: "MM-01",
    what: "a port that is reserved for a declared service",
    fails: { reservations: { ddc: { host: "mac-mini-3", port: 9092 } } },
    says: [
      /^error: reservations\.ddc keeps a port for ddc, which services\.ddc declares .*'groundwork:reservations\.ddc'$/,
    ],
  },
  {
    id: "MM-15",
    what: "servers as LaunchAgents",
    passes: { "hosts.mac-mini-1.launchd": "LaunchDaemons" },
    fails: { "hosts.mac-mini-1.launchd": "LaunchAgents" },
    says: [/^error: services of mac-mini-1 are LaunchAgents, .*hosts.mac-mini-1.launchd' LaunchDaemons$/],
  },
  {
    id: "MM-16",
    what: "promtail",
    fails: { "services.alloy.shipper": "promtail" },
    says: [/^error: promtail has been end-of-life since 2026-03-02; use Grafana Alloy/],
  },
  {
    id: "MM-17",
    what: "what can be read on the network",
    passes: { "network.trusted": true },
    fails: {},
    says: [
      /^warning: anybody on 192\.168\.1\.0\/24 can read the traffic of (?=.*ollama)(?=.*reranker).*trusted' true$/,
    ],
  },
  {
    id: "MM-17",
    what: "passwords that are typed into a page of Grafana",
    passes: { "network.trusted": true },
    fails: { "services.reranker": undefined, "services.alloy": undefined },
    says: [/^warning: anybody .* can read the traffic of .*\bgrafana\b/],
  },
  {
    id: "MM-18",
    what: "copies that leave without keys",
    passes: {
      "services.ddc": { host: "mac-mini-3", enabled: true, artefact, sync: true },
      "services.kes": kesWith({ host: "mac-mini-1" }),
      "features.kes": true,
    },
    fails: { "services.ddc": { host: "mac-mini-3", enabled: true, artefact, sync: true }, "features.kes": true },
    says: [/^error: ddc\.sync needs kes/],
  },
  {
    id: "MM-18",
    what: "copies that nobody may seal",
    passes: { "services.ddc": copying, "services.kes": kesWith({ host: "mac-mini-1" }), "features.kes": true },
    fails: {
      "services.ddc": copying,
      "services.kes": kesWith({ host: "mac-mini-3", operations: ["encrypt"] }),
      "features.kes": true,
    },
    says: [
      "error: ddc.sync needs the right of its agent to decrypt with wiki-knowledge-key: services.kes.agents.ddc",
      /^error: ddc\.sync needs its agent ddc on mac-mini-1, which keeps the dumps: .*agents\.ddc\.host' mac-mini-1$/,
    ],
  },
  {
    id: "MM-18",
    what: "copies without an agent, a key, and dumps",
    passes: { "services.ddc": { ...copying, sync: false, dumps: undefined } },
    fails: {
      "services.ddc": copying,
      "services.kes": { host: "mac-mini-1", enabled: true, artefact },
      "services.postgres.backup": undefined,
      "features.kes": true,
    },
    says: [
      /needs an agent: services\.kes\.agents\.ddc$/,
      /needs a key: services\.kes\.keys\.wiki-knowledge-key$/,
      /dumps: .*backup\.host' HOST$/,
    ],
  },
  {
    id: "MM-19",
    what: "keys beside the data",
    passes: { "services.kes": { host: "mac-mini-1", enabled: true, artefact } },
    fails: { "services.kes": { host: "mac-mini-3", enabled: true, artefact } },
    says: [/^warning: kes is on mac-mini-3 together with postgres: .*services.kes.host' mac-mini-1$/],
  },
  {
    id: "MM-20",
    what: "what is enabled without an artefact",
    passes: { "services.rob.enabled": true, "services.rob.artefact": artefact },
    fails: { "services.rob.enabled": true, "services.kes.enabled": true, "services.ddc.enabled": true },
    says: [/^error: ddc is enabled without an artefact/, /^error: kes is enabled/, /^error: rob is enabled/],
  },
  {
    id: "MM-23",
    what: "a host without an address",
    fails: { "hosts.mac-mini-2.address": undefined },
    says: [/^error: host mac-mini-2 has no address, .*hosts.mac-mini-2.address' 192\.168\.1\.11$/],
  },
  {
    id: "MM-24",
    what: "services that ask for no password, without a packet filter",
    fails: { "network.firewall": false },
    says: [
      /^error: everybody on 192\.168\.1\.0\/24 reaches services .*(?=.*\bollama)(?=.*\bloki).*network.firewall' true$/,
    ],
  },
  {
    id: "MM-25",
    what: "webhooks into an office",
    fails: { "services.rob.events": "webhook" },
    says: [/^warning: Notion's webhooks need a public HTTPS address/],
  },
  {
    id: "MM-26",
    what: "443 without a certificate",
    passes: { "services.nginx.tls": undefined, "services.nginx.port": 80 },
    fails: { "services.nginx.tls": undefined },
    says: [/^error: nginx should serve 443, but no tls\.mode .*nginx.tls.mode' internal-ca$/],
  },
  {
    id: "MM-26",
    what: "a certificate by ACME, which is the business of a client",
    passes: { "services.nginx.tls": { mode: "files", certificate: "site.crt", key: "site.key" } },
    fails: { "services.nginx.tls": { mode: "acme-dns" } },
    says: [
      /^error: tls\.mode acme-dns is not built in: .*lego .*--domains mac-mini-1\.local run, .*\{mode: files, certificate, key\}.*internal-ca$/,
    ],
  },
  {
    id: "MM-27",
    what: "no backup",
    fails: { "services.postgres.backup": undefined },
    says: [
      /^warning: nothing backs the database up: if mac-mini-3 is lost, so are the data; .*backup.host' mac-mini-1$/,
    ],
  },
  {
    id: "MM-27",
    what: "a backup beside the database",
    fails: { "services.postgres.backup.host": "mac-mini-3" },
    says: [/^warning: dumps stay on mac-mini-3/],
  },
  {
    id: "MM-28",
    what: "metrics that nobody watches",
    passes: { "services.prometheus.watchdog.ping": "https://example.com/ping" },
    fails: { "services.prometheus.watchdog": undefined },
    says: [/^warning: mac-mini-3 cannot report its own failure; .*watchdog.host' mac-mini-1$/],
  },
  {
    id: "MM-28",
    what: "a death that is noticed and heard by nobody, as a note",
    passes: { "services.prometheus.watchdog.ping": "https://example.com/ping" },
    fails: {},
    says: [/^note: nobody hears when mac-mini-3 is gone: mac-mini-1 notices, .*--secret --path .*watchdog\.ping' URL$/],
  },
  {
    id: "MM-29",
    what: "an API of one's own, as a note",
    fails: { "services.api.artefact": artefact },
    says: [/^note: api is a Node service/],
  },
  {
    id: "MM-31",
    what: "a front end that mentions the previous system",
    passes: { "services.nginx.site": artefact },
    fails: { "services.nginx.site": artefact },
    mentions: { passes: [], fails: ["supabase.co"] },
    says: ["warning: the front end still mentions supabase.co: rebuild it with the address of this API"],
  },
  {
    id: "MM-31",
    what: "a front end that cannot be searched",
    fails: { "services.nginx.site": artefact },
    says: [/^warning: the front end's archive cannot be searched/],
  },
];
