import { type HostConnection, hostConnection } from "../../../src/schemas/host.ts";
import { startLab, type TestLab } from "../../support/lab.ts";

/** What sudo accepts of every account below. */
export const password = "pw-canary-7f3a'\"$x \\";

/** Accounts with the shells, profiles and sudo rules that hosts in the wild have. */
const accounts = [
  { name: "plain", sudoers: "plain ALL=(ALL) ALL" },
  { name: "free", sudoers: "free ALL=(ALL) NOPASSWD: ALL" },
  { name: "terminal", sudoers: "Defaults:terminal requiretty\nterminal ALL=(ALL) ALL" },
  { name: "terminal-free", sudoers: "Defaults:terminal-free requiretty\nterminal-free ALL=(ALL) NOPASSWD: ALL" },
  { name: "lectured", sudoers: "Defaults:lectured lecture=always\nlectured ALL=(ALL) ALL" },
  { name: "forgotten", sudoers: "Defaults:forgotten timestamp_timeout=0\nforgotten ALL=(ALL) ALL" },
  { name: "nobodys", sudoers: "" },
  { name: "noisy", sudoers: "noisy ALL=(ALL) ALL" },
  { name: "fishy", shell: "/usr/bin/fish", sudoers: "fishy ALL=(ALL) ALL" },
  { name: "seashell", shell: "/usr/bin/tcsh", sudoers: "seashell ALL=(ALL) ALL" },
  { name: "closed", shell: "/usr/sbin/nologin", sudoers: "" },
];

const noise = String.raw`printf 'Welcome!\n> 1 0 \nab\300\377\n'; echo "profile says hello" >&2; export LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Apia; umask 000; cd /tmp; set -x`;

/** The lab of the transports' tests: hosts `one` and `two`, `one` with all accounts. */
export async function startTransportLab(): Promise<TestLab> {
  const lab = await startLab("test-ssh", { hosts: ["one", "two"] });
  const script = `
    set -eu
    exec 9>/run/accounts.lock; flock 9
    command -v fish >/dev/null && command -v tcsh >/dev/null && command -v busybox >/dev/null || {
      apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends fish tcsh busybox
    } >/dev/null 2>&1
    [ -e /etc/banner ] || { echo "*** Authorized use only *** password:" >/etc/banner; echo "Banner /etc/banner" >/etc/ssh/sshd_config.d/banner.conf; systemctl reload ssh; }
    ${accounts
      .map(
        ({ name, shell = "/bin/bash", sudoers }) => `
          id ${name} >/dev/null 2>&1 || useradd -m -s ${shell} ${name}
          install -d -m 700 -o ${name} -g ${name} /home/${name}/.ssh
          install -m 600 -o ${name} -g ${name} /root/.ssh/authorized_keys /home/${name}/.ssh/authorized_keys
          printf '%s\\n' '${sudoers}' >/etc/sudoers.d/${name}`,
      )
      .join("\n")}
    chpasswd
    cat >/home/noisy/.bashrc <<'END'
${noise}
END
    cp /home/noisy/.bashrc /home/noisy/.profile
    printf 'echo "csh says hello"\\n' >/home/seashell/.cshrc
    install -d /home/fishy/.config/fish
    printf 'echo "fish says hello"\\n' >/home/fishy/.config/fish/config.fish
    chown -R fishy /home/fishy`;
  const input = accounts.map(({ name }) => `${name}:${password}\n`).join("");
  const { exitCode, stderr } = await lab.ssh("one", ["sh", "-c", script], { input });
  if (exitCode !== 0) throw new Error(`accounts: ${stderr}`);
  return lab;
}

/** How to reach a host of the lab, as root unless told otherwise. */
export const settings = (lab: TestLab, host: string, fields: Partial<HostConnection> = {}): HostConnection =>
  hostConnection.parse({
    platform: "debian",
    address: lab.address(host),
    user: "root",
    identityFile: lab.key,
    knownHostsFile: lab.knownHosts,
    sshConfig: "/dev/null",
    connectTimeoutSec: 10,
    ...fields,
  });
