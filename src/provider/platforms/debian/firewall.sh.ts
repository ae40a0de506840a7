import { sh } from "../posix/sh.ts";

/**
 * A table of our own in nftables, and a unit of our own that loads it: those of others, and /etc/nftables.conf, stay theirs.
 * Their nftables.service, which flushes all tables, is told to load ours after that.
 */
export const firewall = sh`
gw_nft_file=/etc/groundwork/firewall.nft
gw_nft_unit=/etc/systemd/system/groundwork-firewall.service
gw_nft_after_flush=/etc/systemd/system/nftables.service.d/groundwork.conf

# Nothing where there is none.
gw_nft_live() {
  command -v nft >/dev/null || return 0
  gw_said=$(nft --stateless list table inet groundwork 2>&1) && printf '%s\n' "$gw_said" && return
  case $gw_said in
    *"No such file or directory"*) return 0 ;;
  esac
  printf '%s\n' "$gw_said" >&2
  return 1
}

# Lines of a word and its value in base64, which is empty for what is not there.
gw_nft_state() {
  gw_live=$(gw_nft_live) || return
  echo "live $(printf %s "$gw_live" | base64 | tr -d '\n')"
  echo "kept $(cat "$gw_nft_file" 2>/dev/null | base64 | tr -d '\n')"
  echo "unit $(cat "$gw_nft_unit" 2>/dev/null | base64 | tr -d '\n')"
  echo "after_flush $(cat "$gw_nft_after_flush" 2>/dev/null | base64 | tr -d '\n')"
  echo "enabled $(systemctl is-enabled groundwork-firewall.service 2>/dev/null | base64 | tr -d '\n')"
}

# All at once, or nothing.
gw_nft_load() {
  command -v nft >/dev/null || {
    echo "there is no nft here; let this Firewall depend on a PackageSet with the package nftables" >&2
    return 1
  }
  nft -f -
}

# As a script: the table as it is now.
gw_nft_undo() {
  gw_live=$(gw_nft_live) || return
  printf "nft -f - <<'end'\ntable inet groundwork\ndelete table inet groundwork\n%s\nend\n" "$gw_live"
}

gw_nft_boot() { systemctl --quiet --no-reload enable groundwork-firewall.service && systemctl daemon-reload; }

gw_nft_remove() {
  [ ! -f "$gw_nft_unit" ] || systemctl --quiet --no-reload disable groundwork-firewall.service
  rm -f "$gw_nft_unit" "$gw_nft_after_flush" "$gw_nft_file" && systemctl daemon-reload || return
  rmdir "\${gw_nft_after_flush%/*}" "\${gw_nft_file%/*}" 2>/dev/null || true # once they are empty
  ! command -v nft >/dev/null || printf 'table inet groundwork\ndelete table inet groundwork\n' | nft -f -
}
`;
