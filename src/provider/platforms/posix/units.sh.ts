import { sh } from "./sh.ts";

/**
 * Seeing that a unit stays up, on every platform alike: the platform says what lives (`gw_first`, `gw_unit_same`), what it
 * said last (`gw_unit_said`) and which ports are listened at (`gw_listens`). A crash is an error, with those last words.
 */
export const unitsLibrary = sh`
# What \`gw_verb\` has just started stays up, and listens at its ports before \`gw_until\`.
gw_unit_settles() { # NAME PORT...
  gw_shown=$1
  shift
  # A probe tells more of what was restarted than waiting does; what reloads may still answer as before.
  [ "\${gw_probed-} $gw_verb" = "later restart" ] || for gw_step in 1 2 3 4 5; do
    gw_unit_same || return 1
    sleep 0.2
  done
  gw_unit_same || return 1
  for gw_port; do
    until gw_listens "$gw_port"; do
      gw_unit_same || return 1
      if [ "$(date +%s)" -ge "$gw_until" ]; then
        echo "$gw_shown runs, but nothing listens at port $gw_port yet. Mend what it complains of, or allow it more time, and run again; its last lines:" >&2
        gw_unit_said >&2
        return 1
      fi
      sleep 0.2
    done
  done
}

# What runs is not gone and not started anew until \`gw_until\`.
gw_unit_lasts() {
  while gw_unit_same; do
    [ "$(date +%s)" -lt "$gw_until" ] || return 0
    sleep 0.5
  done
  return 1
}
`;
