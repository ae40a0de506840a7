import { sh } from "./sh.ts";

/**
 * Dead-man switches: NAME.armed is a script that the service manager runs when its time is over, also after a reboot.
 * Whoever renames it first has won: the switch as it goes off, or the connection that disarms it.
 */
export const guardLibrary = sh`
gw_guards=/var/lib/groundwork/guard

# What a run before us left armed goes off first, or the script would bring back what nobody has tried.
gw_guard_arm() { # MANAGER NAME SECONDS UNDO
  ! gw_guard_is_set "$2" || gw_guard_fire "$1" "$2" || return
  mkdir -p -m 700 "\${gw_guards%/*}" "$gw_guards" || return
  {
    "$4" && echo && "gw_guard_clean_$1" "$2"
  } >"$gw_guards/$2.new" && gw_sync "$gw_guards/$2.new" && mv -f "$gw_guards/$2.new" "$gw_guards/$2.armed" || return
  "gw_guard_start_$1" "$2" "$3" && return
  rm -f "$gw_guards/$2.armed"
  return 1
}

gw_guard_is_set() { [ -e "$gw_guards/$1.armed" ] || [ -e "$gw_guards/$1.fired" ]; } # NAME

gw_guard_go() { # NAME
  printf 'cd %s && mv %s.armed %s.fired && exec /bin/sh %s.fired' "$gw_guards" "$1" "$1" "$1"
}

# Now. One that is going off already is waited for: its end would take away what is armed next. Leaves nothing behind.
gw_guard_fire() { # MANAGER NAME
  if mv "$gw_guards/$2.armed" "$gw_guards/$2.fired" 2>/dev/null; then
    (cd "$gw_guards" && exec /bin/sh "$2.fired") || return
  elif [ -e "$gw_guards/$2.fired" ]; then
    gw_step=0
    while "gw_guard_runs_$1" "$2"; do
      [ "$gw_step" -lt 100 ] || { echo "the switch of $2 goes off, and does not end" >&2; return 1; }
      gw_step=$((gw_step + 1))
      sleep 0.2
    done
  else
    echo "there is no switch of $2 any more" >&2
    return 1
  fi
  rm -f "$gw_guards/$2.fired" "$gw_guards/$2.new"
}

gw_guard_disarm() { # MANAGER NAME
  mv "$gw_guards/$2.armed" "$gw_guards/$2.new" 2>/dev/null || return 1 # it went off
  rm -f "$gw_guards/$2.new"
  "gw_guard_clean_$1" "$2" | sh
}

# Waits a moment for one that is going off.
gw_guard_fired() { # MANAGER NAME
  for gw_step in 1 2 3 4 5 6 7 8 9 10; do
    if [ -e "$gw_guards/$2.fired" ]; then
      sleep 0.5
      rm -f "$gw_guards/$2.fired"
      return 0
    fi
    sleep 0.5
  done
  echo "the switch did not go off" >&2
  return 1
}
`;
