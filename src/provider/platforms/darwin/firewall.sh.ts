import { sh } from "../posix/sh.ts";

/**
 * An anchor of our own in pf; the rules of others stay theirs. The main rules are those of /etc/pf.conf, as it is now, and the
 * call of our anchor: an update of macOS replaces that file, and with it every line in it that is not Apple's.
 */
export const anchorCall = sh`
# pfctl says on standard error, each time, that there is no ALTQ.
gw_pfctl() { pfctl -q "$@" 2>/dev/null; }
gw_pf_is_on() { gw_pfctl -s info | grep -q '^Status: Enabled'; }
gw_pf_is_called() { gw_pfctl -s rules | grep -q '^anchor "dev\.groundwork"'; }
gw_pf_conf() { grep -v '"dev\.groundwork"' /etc/pf.conf || [ "$?" = 1 ]; } # without lines of an earlier groundwork
gw_pf_call() { { gw_pf_conf && echo 'anchor "dev.groundwork"'; } | gw_pfctl -f -; }
gw_pf_on() { gw_pf_is_on || pfctl -E >/dev/null 2>&1; } # each -E counts
`;

const anchor = sh`
gw_pf_file=/etc/pf.anchors/dev.groundwork
gw_pf_plist=/Library/LaunchDaemons/dev.groundwork.firewall.plist
gw_pf_label=dev.groundwork.firewall
gw_alf=/usr/libexec/ApplicationFirewall/socketfilterfw

# Ports that pfctl calls by name are numbers again.
gw_pf_numbers() {
  awk 'NR == FNR { split($2, at, "/"); port[at[2] " " $1] = at[1]; next }
    {
      for (i = 1; i < NF; i++) {
        if ($i == "proto") protocol = $(i + 1)
        if ($i == "=" && ((protocol " " $(i + 1)) in port)) $(i + 1) = port[protocol " " $(i + 1)]
      }
      print
    }' /etc/services -
}

# Lines of a word and its value in base64, which is empty for what is not there.
gw_pf_state() {
  gw_live=
  if gw_pf_is_on && gw_pf_is_called; then
    gw_live=$(gw_pfctl -a dev.groundwork -s rules | gw_pf_numbers) || return
  fi
  echo "live $(printf %s "$gw_live" | base64 | tr -d '\n')"
  echo "kept $(cat "$gw_pf_file" 2>/dev/null | base64 | tr -d '\n')"
  echo "plist $(cat "$gw_pf_plist" 2>/dev/null | base64 | tr -d '\n')"
  gw_loaded=no
  ! launchctl print "system/$gw_pf_label" >/dev/null 2>&1 || gw_loaded=yes
  echo "loaded $(printf %s "$gw_loaded" | base64 | tr -d '\n')"
  echo "conf $(grep '"dev\.groundwork"' /etc/pf.conf | base64 | tr -d '\n')"
  echo "application $("$gw_alf" --getglobalstate | base64 | tr -d '\n')"
}

# What pfctl does not understand changes nothing.
gw_pf_load() {
  gw_rules=$(mktemp) && cat >"$gw_rules" || return
  gw_said=$(pfctl -n -a dev.groundwork -f "$gw_rules" 2>&1) || {
    rm -f "$gw_rules"
    printf '%s\n' "$gw_said" >&2
    return 1
  }
  gw_pfctl -a dev.groundwork -f "$gw_rules" && rm -f "$gw_rules" || return
  gw_pf_is_called || gw_pf_call || return
  gw_pf_on
}

# As a script: the anchor as it is now; an empty one lets everything pass.
gw_pf_undo() {
  printf "pfctl -q -a dev.groundwork -F rules 2>/dev/null\npfctl -q -a dev.groundwork -f - 2>/dev/null <<'end'\n%s\nend\n" \
    "$(gw_pfctl -a dev.groundwork -s rules)"
}

# /etc/pf.conf is Apple's: what an earlier groundwork wrote there goes.
gw_pf_clean_conf() {
  gw_conf=$(gw_pf_conf) || return
  [ "$gw_conf" = "$(cat /etc/pf.conf)" ] || printf '%s\n' "$gw_conf" | gw_put 644 /etc/pf.conf
}

gw_pf_boot() {
  gw_label=$gw_pf_label
  gw_pf_clean_conf && launchctl enable "system/$gw_label" && gw_unit_restart >&2
}

gw_pf_remove() {
  gw_unit_stop "$gw_pf_label" || return
  gw_pfctl -a dev.groundwork -F rules
  rm -f "$gw_pf_plist" "$gw_pf_file" && gw_pf_clean_conf || return
  ! gw_pf_is_called || gw_pfctl -f /etc/pf.conf
}

gw_alf_set() { "$gw_alf" --setglobalstate "$1"; } # on or off
`;

export const firewall: string = anchorCall + anchor;
