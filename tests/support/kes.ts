import { ensureKes } from "../../tools/kes/install.ts";
import type { TestLab } from "./lab.ts";
import { type ServiceManager, started, withCurl } from "./started.ts";

/** Puts the real KES on a host, as /usr/local/bin/kes. */
export async function copyKes(lab: TestLab, host: string): Promise<void> {
  const { source } = await ensureKes();
  await lab.copy(source, host, "/tmp/kes.tar.gz");
  const { exitCode, stderr } = await lab.run(host, [
    "sh",
    "-c",
    "mkdir -p /usr/local/bin && tar -xzf /tmp/kes.tar.gz -C /usr/local/bin",
  ]);
  if (exitCode !== 0) throw new Error(`${host}: ${stderr}`);
}

/**
 * A script for sh that makes and starts a KES server with certificates of its own, on loopback: the admin's client is
 * /etc/kes-admin/client.env, and `kes` works as the admin after `. /etc/kes-admin/shell`.
 */
export const startKesOn = (manager: ServiceManager): string => `
PATH=$PATH:/usr/local/bin
[ -f /etc/kes-admin/client.env ] || {
  ${withCurl}
  mkdir -p /etc/kes /etc/kes-admin /var/lib/kes
  cd /etc/kes
  exec 2>/dev/null
  ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  openssl req -x509 $ec -keyout ca.key -out ca.crt -subj /CN=ca -days 3650
  sign() { openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -days 3650 -out $1.crt -extfile $1.ext; }
  openssl req $ec -keyout server.key -out server.csr -subj /CN=kes
  printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth\\n' >server.ext; sign server
  openssl req $ec -keyout admin.key -out admin.csr -subj /CN=admin
  echo extendedKeyUsage=clientAuth >admin.ext; sign admin
  cat >config.yml <<YAML
version: v1
address: 127.0.0.1:7373
admin: { identity: $(kes identity of admin.crt) }
tls: { key: /etc/kes/server.key, cert: /etc/kes/server.crt, ca: /etc/kes/ca.crt, auth: on }
keystore: { fs: { path: /var/lib/kes } }
YAML
  cat >/etc/kes-admin/shell <<'SH'
export PATH=$PATH:/usr/local/bin SSL_CERT_FILE=/etc/kes/ca.crt KES_SERVER=https://127.0.0.1:7373 KES_CLIENT_CERT=/etc/kes/admin.crt KES_CLIENT_KEY=/etc/kes/admin.key
SH
  cat >/etc/kes-admin/client.env <<'SH'
KES_SERVER=https://127.0.0.1:7373
KES_CACERT=/etc/kes/ca.crt
KES_CLIENT_CERT=/etc/kes/admin.crt
KES_CLIENT_KEY=/etc/kes/admin.key
SH
}
${started(manager, "kes", ["/usr/local/bin/kes", "server", "--config", "/etc/kes/config.yml"])}
. /etc/kes-admin/shell
until kes status >/dev/null 2>&1; do sleep 0.1; done
`;

export const startKes = startKesOn("systemd");
