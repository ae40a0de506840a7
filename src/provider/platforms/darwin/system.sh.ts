import { sh } from "../posix/sh.ts";

/** Kernel parameters, names, power: now, and after the next boot. */
export const system = sh`
# macOS reads no sysctl.conf: a daemon of ours sets each parameter at boot.
gw_sysctl_file() { printf '/Library/LaunchDaemons/dev.groundwork.sysctl.%s.plist' "$(printf %s "$1" | tr / .)"; }

# A line each: key, live value, kept property list; base64, or - where there is none.
gw_sysctl_list() { # KEY...
  for gw_key; do
    gw_kept=-
    if gw_live=$(sysctl -n "$gw_key" 2>/dev/null); then gw_live=$(printf '%s\n' "$gw_live" | base64 | tr -d '\n'); else gw_live=-; fi
    gw_file=$(gw_sysctl_file "$gw_key")
    [ ! -f "$gw_file" ] || gw_kept=$(base64 <"$gw_file" | tr -d '\n')
    echo "$gw_key $gw_live $gw_kept"
  done
}

gw_sysctl_set() { # KEY VALUE
  if ! sysctl -n "$1" >/dev/null 2>&1; then
    echo "the kernel of this host has no parameter $1; check its spelling (sysctl -a shows all)" >&2
    return 1
  fi
  gw_said=$(sysctl "$1=$2" 2>&1) || { echo "the kernel refuses $2 for $1: $gw_said" >&2; return 1; }
}

gw_sysctl_keep() { gw_put 644 "$(gw_sysctl_file "$1")"; } # KEY, the property list on standard input

gw_sysctl_forget() { # KEY
  gw_file=$(gw_sysctl_file "$1")
  gw_label=\${gw_file##*/}
  ! launchctl print "system/\${gw_label%.plist}" >/dev/null 2>&1 || launchctl bootout "system/\${gw_label%.plist}" 2>/dev/null
  rm -f "$gw_file"
}

gw_hostname_list() {
  printf 'live %s\n' "$(hostname)"
  for gw_kind in HostName LocalHostName ComputerName; do
    printf '%s %s\n' "$gw_kind" "$(scutil --get "$gw_kind" 2>/dev/null)"
  done
  sed -n 's/#.*//; s/^127\.0\.0\.1[[:space:]][[:space:]]*/resolved /p' /etc/hosts
}

# Bonjour and the Finder know it by its first part.
gw_hostname_set() { # NAME
  scutil --set HostName "$1" && scutil --set LocalHostName "\${1%%.*}" && scutil --set ComputerName "\${1%%.*}" && hostname "$1"
}

# A line of our own: the one of localhost is the system's.
gw_hostname_resolve() { # NAME...
  {
    grep -v '# groundwork: this host$' /etc/hosts
    echo "127.0.0.1 $* # groundwork: this host"
  } | gw_put 644 /etc/hosts
}

# Since macOS 13 systemsetup says on standard output what it could not do.
gw_power_list() {
  pmset -g custom || return
  systemsetup -getrestartfreeze 2>/dev/null || true
}

gw_power_set() { # on|off|- of restart after a freeze, then SETTING VALUE...
  case $1 in on | off) systemsetup -setrestartfreeze "$1" >/dev/null || return ;; esac
  shift
  [ "$#" = 0 ] || pmset -a "$@"
}
`;
