import { fileURLToPath } from "node:url";
import { z } from "zod";

import type { PlatformName } from "../../src/schemas/host.ts";

/** What a lab host is: Debian, or Debian that answers as a Mac does (`mac/README.md`). */
export const systemName = z.enum(["debian", "mac"]);
export type SystemName = z.output<typeof systemName>;

/** How hosts of a system are made, started and asked. */
export interface System {
  /** What the provider calls it. */
  readonly platform: PlatformName;
  readonly packages: string;
  /** Script that mmdebstrap runs last, with the Debian root as its argument. */
  readonly customize: string;
  /** Where in a host's root its Debian root lies. */
  readonly debian: string;
  /** Folder of files that each host gets. */
  readonly files: string | undefined;
  /** Where /etc really is. */
  readonly etc: string;
  /** Homes with the lab's key: path, owner, group. */
  readonly homes: readonly (readonly [path: string, uid: number, gid: number])[];
  /** Last words of systemd-nspawn: how process 1 starts, and which signal ends it. */
  readonly nspawn: readonly string[];
  /** Process 1 in a container, and the signal that ends it. */
  readonly process: string;
  readonly stopSignal: string;
  /** Answers a word for how the host is; waits, where it can, until that is settled. */
  readonly state: (wait: boolean) => readonly string[];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const systems: Readonly<Record<SystemName, System>> = {
  debian: {
    platform: "debian",
    packages: "systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,ca-certificates",
    customize: here("base/customize"),
    debian: "",
    files: undefined,
    etc: "etc",
    homes: [
      ["root", 0, 0],
      ["home/operator", 1000, 1000],
    ],
    nspawn: ["--boot"],
    process: "/sbin/init",
    stopSignal: "SIGRTMIN+3",
    state: (wait) => ["systemctl", "is-system-running", ...(wait ? ["--wait"] : [])],
  },
  mac: {
    platform: "darwin",
    packages: [
      "openssh-server,openssh-client,sudo,procps,ca-certificates,python3,perl,zsh,curl,jq,lsof,less,patch,rsync,xxd,zip,unzip,bzip2",
      "gcc,make,libc6-dev",
      "libarchive-tools,original-awk,netcat-openbsd,nftables,iproute2,iputils-ping,libnss-myhostname",
    ].join(","),
    customize: here("mac/customize"),
    debian: "opt/mac-like/debian",
    files: here("mac/root"),
    etc: "private/etc",
    homes: [
      ["private/var/root", 0, 0],
      ["Users/operator", 501, 20],
    ],
    nspawn: ["--kill-signal=SIGTERM", "/sbin/launchd"],
    process: "/sbin/launchd",
    stopSignal: "SIGTERM",
    // launchd has no such word: who answers at all has started its daemons.
    state: () => ["launchctl", "managername", ">/dev/null", "&&", "echo", "running"],
  },
};
