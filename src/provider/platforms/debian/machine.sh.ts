import { sh } from "../posix/sh.ts";

/** What the machine is, as `../posix/machine.ts` reads it. */
export const machine = sh`
gw_machine() { # PATH...
  echo "system $(sed -n 's/^VERSION_ID="*\([^"]*\)"*$/\1/p' /etc/os-release)"
  echo "chip $(sed -n '/^model name/ { s/^[^:]*: *//p; q; }' /proc/cpuinfo)"
  echo "architecture $(uname -m)"
  echo "memory $(($(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo) * 1024))"
  echo "serial $(cat /sys/class/dmi/id/product_serial 2>/dev/null)"
  echo "packages root /usr"
  gw_free_bytes "$@"
}
`;
