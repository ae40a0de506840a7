import { sh } from "../posix/sh.ts";

/** What the machine is, as `../posix/machine.ts` reads it. */
export const machine = sh`
gw_machine() { # PATH...
  echo "system $(sw_vers -productVersion)"
  echo "chip $(sysctl -n machdep.cpu.brand_string)"
  echo "architecture $(uname -m)"
  echo "memory $(sysctl -n hw.memsize)"
  echo "serial $(ioreg -rd1 -c IOPlatformExpertDevice | sed -n 's/.*"IOPlatformSerialNumber" = "\(.*\)".*/\1/p')"
  case $(fdesetup status 2>/dev/null) in
    *'FileVault is On'*) echo 'fileVault yes' ;;
    *'FileVault is Off'*) echo 'fileVault no' ;;
  esac
  ! gw_brew_find 2>/dev/null || echo "packages $gw_brew_owner $gw_brew_prefix"
  # It tells a folder that was chosen once, there or not.
  if [ -d "$(xcode-select -p 2>/dev/null)" ]; then echo 'commandLineTools yes'; else echo 'commandLineTools no'; fi
  # A file of the system that macOS shows to nobody else, not even root.
  case $(head -c 1 '/Library/Application Support/com.apple.TCC/TCC.db' 2>&1 >/dev/null) in
    '') echo 'fullDiskAccess yes' ;;
    *'not permitted'*) echo 'fullDiskAccess no' ;;
  esac
  gw_free_bytes "$@"
}
`;
