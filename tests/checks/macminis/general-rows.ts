import { artefact, type Row } from "./rows.ts";

const exporters = (...of: string[]) =>
  Object.fromEntries(of.map((name) => [`services.${name}Exporter.artefact`, artefact]));
const agent = { host: "mac-mini-1", keys: ["*"], operations: ["decrypt"] };

/** What holds of every program. */
export const generalRows: Row[] = [
  {
    id: "GW-01",
    what: "a host that does not exist, once for all that runs there",
    fails: {
      "services.nginx.host": "mac-mini-4",
      "services.loki.host": "mac-mini-4",
      "services.prometheus.host": "mac",
    },
    says: [
      /^error: nginx should run on host "mac-mini-4", which does not exist; .*services.nginx.host' mac-mini-1$/,
      /^error: loki should run on .*services.loki.host' mac-mini-1$/,
      /^error: prometheus should run on host "mac", .*services.prometheus.host' mac-mini-1$/,
    ],
  },
  {
    id: "GW-02",
    what: "an address that two hosts have",
    fails: { "hosts.mac-mini-2.address": "192.168.1.11" },
    says: [
      /^error: hosts mac-mini-1 and mac-mini-2 share the address 192\.168\.1\.11; .*mac-mini-2\.address' ADDRESS$/,
    ],
  },
  {
    id: "GW-03",
    what: "what only its own host reaches, and others use",
    fails: { "services.postgres.listens": "loopback", "services.postgres.backup": undefined },
    says: [/^error: api on mac-mini-1 uses postgres, which only mac-mini-3 itself reaches; .*postgres.listens' lan$/],
  },
  {
    id: "GW-06",
    what: "what nothing measures",
    passes: { ...exporters("nginx", "redis", "postgres", "blackbox") },
    fails: { ...exporters("nginx", "redis") },
    says: [
      /^warning: nothing measures the database; whether services answer, and when certificates expire: .*services\.postgresExporter\.artefact \(\S+\), services\.blackboxExporter\.artefact \(\S+\)$/,
    ],
  },
  {
    id: "GW-07",
    what: "agents that the document makes up",
    passes: { "services.kes.agents": { "agent-12": agent } },
    fails: { "services.kes.agents": { "agent-123": agent, "agent-789": agent } },
    says: [
      /^error: the agent agent-123 is a placeholder: .*config rm --path 'groundwork:services\.kes\.agents\.agent-123'$/,
      /^error: the agent agent-789 is a placeholder/,
    ],
  },
  {
    id: "GW-05",
    what: "a PostgreSQL that the platform has not",
    fails: { "services.postgres.version": 15 },
    says: [
      /^error: postgres should be version 15, but darwin has packages of .*postgres.version' 16, or choose another host$/,
    ],
  },
  {
    id: "GW-09",
    what: "a package of another major version of PostgreSQL",
    passes: { "services.postgres.packages": { "postgresql@16": "16.11", openssl: "3.5.4" } },
    fails: { "services.postgres.packages": { "postgresql@15": "15.9" } },
    says: [/^error: groundwork:services\.postgres\.packages names postgresql@15, and the version is 16: take it out/],
  },
  {
    id: "GW-08",
    what: "vectors in use that are to be dropped",
    passes: { "services.postgres.generation": 3, "services.postgres.droppedGenerations": [1, 2] },
    fails: { "services.postgres.generation": 2, "services.postgres.droppedGenerations": [1, 2] },
    says: [
      /^error: vectors of generation 2 are to be dropped, and generation 2 is in use: take 2 out of .*droppedGenerations/,
    ],
  },
];
