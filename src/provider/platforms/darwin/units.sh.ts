import { sh } from "../posix/sh.ts";

/** Daemons of the system domain. A crash right after the start is an error, with what the daemon wrote to its log. */
export const units = sh`
gw_plist_of() { echo "/Library/LaunchDaemons/$1.plist"; } # LABEL

# A line for each label: label, property list or -, exit code of print, disabled or not, whether what is loaded was read
# from the file as it is now, how long its process lives or -, and what print says in base64.
gw_unit_list() { # LABEL...
  gw_switched=$(launchctl print-disabled system) || return
  for gw_label; do
    gw_file=$(gw_plist_of "$gw_label") gw_fresh=unknown gw_age=-
    gw_print=$(launchctl print "system/$gw_label" 2>&1)
    gw_code=$?
    gw_pid=$(gw_field pid)
    [ -z "$gw_pid" ] || gw_age=$(ps -o etime= -p "$gw_pid" | tr -d ' ')
    if [ ! -f "$gw_file" ]; then
      gw_file=-
    elif [ -f "$gw_records/loaded/$gw_label" ]; then
      gw_digest <"$gw_file" || return
      gw_fresh=stale
      [ "$(cat "$gw_records/loaded/$gw_label")" != "$gw_sum" ] || gw_fresh=fresh
    fi
    gw_able=enabled
    ! gw_is_disabled || gw_able=disabled
    echo "$gw_label $gw_file $gw_code $gw_able $gw_fresh \${gw_age:--} :$(printf '%s\n' "$gw_print" | base64 | tr -d '\n')"
  done
}

# Of what print says of the daemon itself, not of what is nested in it.
gw_field() { # NAME
  printf '%s\n' "$gw_print" | sed -n "s/^$gw_tab$1 = //p" | head -n 1
}

gw_is_disabled() { printf '%s\n' "$gw_switched" | grep -qE "\"$(printf %s "$gw_label" | sed 's/\./\\./g')\" => (disabled|true)"; }

gw_ask_unit() { gw_print=$(launchctl print "system/$gw_label" 2>/dev/null); }

gw_unit_up() { # VERB LABEL SECONDS PORT...
  gw_verb=$1 gw_label=$2 gw_until=$(($(date +%s) + $3))
  shift 3
  gw_told=$("gw_unit_$gw_verb" 2>&1) || { gw_unit_fell; return 1; }
  gw_ask_unit
  # What only waits for its time or for a caller has nothing to stay up.
  case $(gw_field properties) in *keepalive* | *runatload*) ;; *) gw_field semaphores | grep -q . || return 0 ;; esac
  for gw_step in 1 2 3 4 5 6 7 8 9 10; do
    gw_first=$(gw_unit_life)
    [ -z "$gw_first" ] || break
    sleep 0.3
    gw_ask_unit
  done
  gw_unit_settles "$gw_label" "$@"
}

# Watches a running daemon: fails with its last lines when it ends or starts anew.
gw_unit_steady() { # LABEL SECONDS
  gw_verb=activation gw_told= gw_label=$1 gw_until=$(($(date +%s) + $2))
  gw_ask_unit
  gw_first=$(gw_unit_life)
  gw_unit_lasts
}

# Another process is another life.
gw_unit_life() { gw_field pid; }

gw_unit_same() {
  gw_ask_unit
  [ -n "$gw_first" ] && [ "$(gw_unit_life)" = "$gw_first" ] && return
  gw_unit_fell
  return 1
}

# Only a new load reads the property list anew, and the program, which may be another since. What is Apple's own cannot be
# unloaded.
gw_unit_restart() {
  gw_ask_unit || { gw_unit_load; return; }
  case $(gw_field path) in
    /Library/LaunchDaemons/*) gw_unit_unload && gw_unit_load ;;
    *) launchctl kickstart -k "system/$gw_label" ;;
  esac
}

gw_unit_start() { gw_unit_restart; }

gw_unit_reload() { launchctl kill HUP "system/$gw_label"; }

# 5 and 37: what was unloaded before is still on its way out.
gw_unit_load() {
  gw_file=$(gw_plist_of "$gw_label")
  [ -f "$gw_file" ] || { echo "there is no $gw_file"; return 1; }
  gw_switched=$(launchctl print-disabled system)
  gw_able=disable
  if gw_is_disabled; then launchctl enable "system/$gw_label" || return; else gw_able=; fi
  for gw_step in 1 2 3 4 5 6 7 8 9 10; do
    gw_said=$(launchctl bootstrap system "$gw_file" 2>&1)
    gw_code=$?
    [ "$gw_code" = 5 ] || [ "$gw_code" = 37 ] || break
    ! launchctl print "system/$gw_label" >/dev/null 2>&1 || { gw_code=0; break; }
    sleep 0.5
  done
  [ -z "$gw_able" ] || launchctl disable "system/$gw_label"
  [ "$gw_code" = 0 ] || { echo "$gw_said"; return "$gw_code"; }
  gw_unit_nudge
  gw_digest <"$gw_file" && printf '%s\n' "$gw_sum" | gw_record_write loaded "$gw_label"
}

# macOS 26 may leave what is to be kept alive without a process after a new load; what runs is not touched.
gw_unit_nudge() {
  gw_ask_unit
  case $(gw_field properties) in *keepalive*) launchctl kickstart "system/$gw_label" 2>/dev/null || true ;; esac
}

gw_unit_unload() {
  gw_said=$(launchctl bootout "system/$gw_label" 2>&1)
  gw_code=$?
  gw_until_gone=$(($(date +%s) + 40))
  while gw_ask_unit; do
    case $gw_code in 0 | 3 | 36) ;; *) echo "$gw_said"; return "$gw_code" ;; esac
    [ "$(date +%s)" -lt "$gw_until_gone" ] || { echo "its process $(gw_field pid) does not end"; return 1; }
    sleep 0.2
  done
  gw_record_remove loaded "$gw_label"
}

gw_unit_stop() { # LABEL
  gw_label=$1
  ! gw_ask_unit || gw_unit_unload >&2
}

gw_unit_fell() {
  gw_ask_unit
  gw_state="state $(gw_field state), starts $(gw_field runs), last exit code $(gw_field 'last exit code')"
  {
    echo "$gw_label did not stay up after $gw_verb ($gw_state). \${gw_told:+$gw_told. }Mend what it complains of and run again; its last lines:"
    gw_unit_said
  } >&2
}

# What could not be started ends with 78 and has no words of its own.
gw_unit_unborn() {
  gw_program=$(gw_field program)
  if [ ! -f "$gw_program" ]; then
    echo "(there is no program $gw_program)"
  elif [ ! -x "$gw_program" ]; then
    echo "($gw_program is not executable)"
  else
    echo "(launchd could not start $gw_program: may its account, $(gw_field username), read and run it, and are its working directory and the folder of its log there?)"
  fi
}

gw_unit_said() {
  [ "$(gw_field 'job state')" != 'spawn failed' ] || gw_unit_unborn
  gw_out=$(gw_field 'stdout path') gw_err=$(gw_field 'stderr path')
  [ "$gw_out" != "$gw_err" ] || gw_err=
  [ -n "$gw_out$gw_err" ] || echo "(it has no log of its own; log show --last 5m --predicate 'process == \"NAME\"' may tell)"
  for gw_log in "$gw_out" "$gw_err"; do
    [ ! -f "$gw_log" ] || tail -n 10 "$gw_log"
  done
}

gw_unit_switch() { # VERB LABEL ...
  while [ $# -gt 0 ]; do
    launchctl "$1" "system/$2" || return
    shift 2
  done
}

gw_unit_names() {
  for gw_file in /Library/LaunchDaemons/*.plist; do
    gw_file=\${gw_file##*/}
    [ "$gw_file" = '*.plist' ] || echo "\${gw_file%.plist}"
  done
}

gw_listens() { # PORT
  netstat -an -p tcp | awk -v port="$1" '$6 == "LISTEN" && $4 ~ ("[.]" port "$") { found = 1 } END { exit !found }'
}
`;
