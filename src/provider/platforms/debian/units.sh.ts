import { sh } from "../posix/sh.ts";

/** Starting a unit and seeing that it stays up. A crash right after the start is an error, with what the unit said. */
export const units = sh`
gw_unit_up() { # VERB UNIT SECONDS PORT...
  gw_verb=$1 gw_unit=$2 gw_until=$(($(date +%s) + $3))
  shift 3
  systemctl reset-failed "$gw_unit" 2>/dev/null
  gw_told=$(systemctl "$gw_verb" "$gw_unit" 2>&1) || { gw_unit_fell; return 1; }
  gw_unit_look
  gw_first=$gw_life
  # Of all kinds only services have a process that could end.
  case $gw_unit in *.service) gw_unit_settles "$gw_unit" "$@" ;; *) gw_unit_same ;; esac
}

# Watches a running unit: fails with its last lines when it ends or starts anew.
gw_unit_steady() { # UNIT SECONDS
  gw_verb=activation gw_told= gw_unit=$1 gw_until=$(($(date +%s) + $2))
  gw_unit_look
  gw_first=$gw_life
  gw_unit_lasts
}

# Another invocation is another process: the one that was started is gone.
gw_unit_look() {
  gw_life= gw_active=
  for gw_word in $(systemctl show -p ActiveState,InvocationID,NRestarts "$gw_unit"); do
    case $gw_word in
      ActiveState=active | ActiveState=reloading | ActiveState=refreshing) gw_active=yes ;;
      ActiveState=*) ;;
      *) gw_life="$gw_life $gw_word" ;;
    esac
  done
}

gw_unit_same() {
  gw_unit_look
  [ -n "$gw_active" ] && [ "$gw_life" = "$gw_first" ] && return
  gw_unit_fell
  return 1
}

gw_unit_fell() {
  gw_state=$(systemctl show -p ActiveState,SubState,Result,ExecMainStatus "$gw_unit" | tr '\n' ' ')
  {
    echo "$gw_unit did not stay up after $gw_verb ($gw_state). \${gw_told%%See *}Mend what it complains of and run again; its last lines:"
    gw_unit_said
  } >&2
}

gw_unit_said() {
  journalctl --sync 2>/dev/null
  journalctl -u "$gw_unit" -n 10 --no-pager -o cat 2>&1
}

gw_unit_reread() { # VERB UNIT ...
  gw_code=0
  while [ $# -gt 0 ]; do
    systemctl --quiet --no-reload "$1" "$2" || gw_code=$?
    shift 2
  done
  systemctl --quiet daemon-reload && return "$gw_code"
}

gw_unit_boots() { for gw_unit; do echo "$(systemctl is-enabled "$gw_unit")"; done; } # UNIT...

# Without templates, which need an instance, and other names of the same unit.
gw_unit_names() {
  systemctl list-unit-files --type=service --plain --no-legend | sed -n '/@\.service/d; / alias /d; s/ .*//p'
}

# State 0A is LISTEN; no tool for it is sure to be there.
gw_listens() { # PORT
  grep -qs "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6
}
`;
