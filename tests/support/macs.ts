// Pulumi.macminis.yaml for three Mac-like lab hosts of the names that it gives: as a user would fill it in, and with what
// can be had here.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { requireArtefacts } from "../../tools/lab/services.ts";
import { root } from "../../tools/toolchain/places.ts";
import type { TestLab } from "./lab.ts";
import { logReleases } from "./log-releases.ts";

export const macs = ["mac-mini-1", "mac-mini-2", "mac-mini-3"] as const;

type Values = Record<string, Record<string, Record<string, unknown>>>;

const committed = async (environment: string): Promise<string> =>
  readFile(new URL(`../../Pulumi.${environment}.yaml`, import.meta.url), "utf8");

export async function macsConfiguration(lab: TestLab): Promise<string> {
  const text = await committed("macminis");
  const network = lab.subnet.slice(0, lab.subnet.lastIndexOf(".") + 1);
  const { config } = parse(text.replace("192.168.1.0/24", lab.subnet)) as { config: Values };
  const ofLab = (parse((await committed("lab")).replaceAll("198.18.0.", network)) as { config: Values }).config;
  const { ollama, kes } = await requireArtefacts();
  const services = config["groundwork:services"]!;
  const theirs = ofLab["groundwork:services"]!;

  for (const mac of macs) {
    Object.assign(config["groundwork:hosts"]![mac]!, {
      address: lab.address(mac),
      connection: { address: mac, sshConfig: lab.sshConfig, user: "operator", sudo: {} },
    });
  }
  // The models are tiny, and buffers of PostgreSQL, a quarter of its host's memory, are really asked for.
  config["groundwork:hosts"]!["mac-mini-2"]!["freeDiskGiB"] = 1;
  config["groundwork:hosts"]!["mac-mini-3"]!["memoryGiB"] = 4;
  Object.assign(services["prometheus"]!, { memoryMiB: 512 });
  Object.assign(services["grafana"]!, { memoryMiB: 128 });

  // Nobody here resolves names of Bonjour.
  Object.assign(services["nginx"]!, { serverName: "_" });
  const { contextLength, models } = theirs["ollama"]!;
  Object.assign(services["ollama"]!, { artefact: ollama, contextLength, models });
  Object.assign(services["api"]!, { smokeTests: theirs["api"]!["smokeTests"] });
  // Debian has PostgreSQL 17, and the source of pgvector.
  const pgvector = { ...(await packed(lab, "pgvector", vectorSource)), stripComponents: 1 };
  Object.assign(services["postgres"]!, { version: 17, memoryMiB: 1024, pgvector });
  Object.assign(services["kes"]!, {
    host: "mac-mini-1", // not beside the data (MM-19)
    enabled: true,
    artefact: kes,
    keys: { "wiki-knowledge-key": { version: 1 } },
    agents: { ddc: { host: "mac-mini-3", keys: ["wiki-knowledge-key"], operations: ["encrypt", "decrypt"] } },
  });
  config["groundwork:features"] = { ...config["groundwork:features"], kes: true } as never;
  for (const [key, [debian, program]] of Object.entries(exporters)) {
    services[key]!["artefact"] = { ...(await packed(lab, program, release(debian, program))), stripComponents: 1 };
  }
  for (const [key, artefact] of Object.entries(await logReleases(lab.folder, "darwin-arm64"))) {
    services[key]!["artefact"] = artefact;
  }
  Object.assign(services["rob"]!, {
    enabled: true,
    artefact: await packedHere(lab, "tests/integration/system/rob-double.mjs"),
  });
  delete services["reranker"]; // gigabytes of Python packages
  return stringify({ config });
}

/** One program of this repository, in an archive. */
async function packedHere(lab: TestLab, path: string) {
  const source = join(lab.folder, `${basename(path)}.tar.gz`);
  await execa("tar", ["-czf", source, "-C", join(root, dirname(path)), basename(path)]);
  const sha256 = createHash("sha256")
    .update(await readFile(source))
    .digest("hex");
  return { source, sha256, program: basename(path) };
}

/** An archive of this machine: what a script, run in the Debian behind a Mac-like host, writes to standard output. */
async function packed(lab: TestLab, name: string, script: string): Promise<{ source: string; sha256: string }> {
  const { exitCode, stdout, stderr } = await lab.ssh("mac-mini-3", ["sh", "-c", `${behind} "$0" | base64`, script]);
  const archive = Buffer.from(stdout, "base64");
  if (exitCode !== 0 || archive.length === 0) throw new Error(`${name}: ${stderr}`);
  const source = join(lab.folder, `${name}.tar.gz`);
  await writeFile(source, archive);
  return { source, sha256: createHash("sha256").update(archive).digest("hex") };
}

const behind = "/opt/mac-like/debian/usr/sbin/chroot /opt/mac-like/debian /usr/bin/env PATH=/usr/sbin:/usr/bin sh -ec";

/** Debian's source of pgvector. */
const vectorSource = `
cd /tmp
sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/source.list
apt-get -qq update >&2
apt-get -qq source --download-only pgvector >&2
rm /etc/apt/sources.list.d/source.list
cat pgvector_*.orig.tar.gz`;

/** What Homebrew has no formula of, by its name in Debian and in its release. */
const exporters = {
  nginxExporter: ["prometheus-nginx-exporter", "nginx-prometheus-exporter"],
  redisExporter: ["prometheus-redis-exporter", "redis_exporter"],
  postgresExporter: ["prometheus-postgres-exporter", "postgres_exporter"],
  blackboxExporter: ["prometheus-blackbox-exporter", "blackbox_exporter"],
} as const;

/** Debian's program, packed as a release of it is. */
const release = (debian: string, program: string): string => `
mkdir -p /tmp/${program}/unpacked
cd /tmp/${program}
apt-get -qq update >&2
apt-get -qq download ${debian} >&2
dpkg-deb -x ${debian}_*.deb unpacked
mv unpacked/usr/bin/${debian} ${program}
tar -C .. -cz ${program}/${program}`;
