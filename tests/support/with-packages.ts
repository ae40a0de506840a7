import { preparedBase } from "./prepared.ts";

/** What a deployment installs on each host. One that is missing here costs time, nothing else. */
const packages = {
  control: `nginx openssl redis-server nodejs postgresql-client-17 nftables curl age
    prometheus-node-exporter prometheus-nginx-exporter prometheus-redis-exporter`,
  inference: "nftables curl prometheus-node-exporter",
  storage: `postgresql-17 postgresql-17-pgvector openssl nftables curl age
    prometheus prometheus-node-exporter prometheus-postgres-exporter prometheus-blackbox-exporter`,
};

const install = (names: string) => `set -e
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/no-cluster.conf
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${names.replaceAll("\n", " ")} >/dev/null 2>&1
rm /usr/sbin/policy-rc.d /etc/postgresql-common/createcluster.d/no-cluster.conf
cd /usr/lib/systemd/system
for unit in nginx* redis-server* postgresql* prometheus* nftables*; do
  systemctl disable --quiet $unit 2>/dev/null || :
done`;

/** Roots of hosts that somebody used before: all packages are there, none of their services runs. */
export async function basesWithPackages(): Promise<Record<string, string>> {
  const bases: Record<string, string> = {};
  for (const [host, names] of Object.entries(packages)) {
    bases[host] = await preparedBase({ name: `packages-${host}`, host, script: install(names) });
  }
  return { ...bases, fourth: bases["inference"]! }; // where a machine more is
}
