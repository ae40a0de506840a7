import { sh } from "../posix/sh.ts";

/** An anchor of our own in pf; the rules of others, and the lines of /etc/pf.conf that are not ours, stay theirs. */
export const firewall = sh`
gw_pf_file=/etc/pf.anchors/dev.groundwork
gw_pf_plist=/Library/LaunchDaemons/dev.groundwork.firewall.plist
gw_alf=/usr/libexec/ApplicationFirewall/socketfilterfw

# pfctl says on standard error, each time, that there is no ALTQ.
gw_pfctl() { pfctl -q "$@" 2>/dev/null; }

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

# pf.conf(5) as it should be: the anchor last, filled from our file.
gw_pf_conf() {
  { grep -v '"dev\.groundwork"' /etc/pf.conf || [ "$?" = 1 ]; } &&
    printf 'anchor "dev.groundwork"\nload anchor "dev.groundwork" from "%s"\n' "$gw_pf_file"
}

gw_pf_is_on() { gw_pfctl -s info | grep -q '^Status: Enabled'; }
gw_pf_is_called() { gw_pfctl -s rules | grep -q '^anchor "dev\.groundwork"'; }

# Lines of a word and its value in base64, which is empty for what is not there.
gw_pf_state() {
  gw_live=
  if gw_pf_is_on && gw_pf_is_called; then
    gw_live=$(gw_pfctl -a dev.groundwork -s rules | gw_pf_numbers) || return
  fi
  echo "live $(printf %s "$gw_live" | base64 | tr -d '\n')"
  echo "kept $(cat "$gw_pf_file" 2>/dev/null | base64 | tr -d '\n')"
  echo "plist $(cat "$gw_pf_plist" 2>/dev/null | base64 | tr -d '\n')"
  gw_conf=$(gw_pf_conf) || return
  gw_same=no
  [ "$gw_conf" != "$(cat /etc/pf.conf)" ] || gw_same=yes
  echo "conf $(printf %s "$gw_same" | base64 | tr -d '\n')"
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
  gw_pf_is_on || pfctl -E >/dev/null 2>&1
}

# Our file may not be there yet: the anchor is filled already.
gw_pf_call() {
  gw_conf=$(mktemp) && gw_pf_conf | grep -v '^load anchor "dev\.groundwork"' >"$gw_conf" && gw_pfctl -f "$gw_conf" && rm -f "$gw_conf"
}

# As a script: the anchor as it is now; an empty one lets everything pass.
gw_pf_undo() {
  printf "pfctl -q -a dev.groundwork -F rules 2>/dev/null\npfctl -q -a dev.groundwork -f - 2>/dev/null <<'end'\n%s\nend\n" \
    "$(gw_pfctl -a dev.groundwork -s rules)"
}

gw_pf_boot() {
  gw_conf=$(gw_pf_conf) && printf '%s\n' "$gw_conf" | gw_put 644 /etc/pf.conf && launchctl enable system/dev.groundwork.firewall
}

gw_pf_remove() {
  gw_pfctl -a dev.groundwork -F rules
  launchctl bootout system/dev.groundwork.firewall 2>/dev/null
  rm -f "$gw_pf_plist" "$gw_pf_file" || return
  gw_conf=$(grep -v '"dev\.groundwork"' /etc/pf.conf || [ "$?" = 1 ]) || return
  [ "$gw_conf" = "$(cat /etc/pf.conf)" ] || {
    printf '%s\n' "$gw_conf" | gw_put 644 /etc/pf.conf && gw_pfctl -f /etc/pf.conf
  }
}

gw_alf_set() { "$gw_alf" --setglobalstate "$1"; } # on or off
`;
