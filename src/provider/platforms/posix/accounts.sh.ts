import { sh } from "./sh.ts";

/** What is the same of accounts on every system. */
export const accountsLibrary = sh`
# Whom this connection logged in as, also where sudo made it root.
gw_login() { printf '%s\n' "\${SUDO_USER:-$(id -un)}"; }

# One word of a script.
gw_quote() { printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"; } # TEXT

# The home goes first, and back where the entry stays as it was. Whoever dies in between leaves no home at the old place,
# and so only the entry to change.
gw_home_move() { # FROM TO COMMAND..., which changes the entry
  gw_from=$1 gw_to=$2 gw_why=
  shift 2
  if [ -e "$gw_to" ] || [ -L "$gw_to" ]; then
    gw_why="something stands there already; move that away"
  elif [ ! -d "\${gw_to%/*}/" ]; then
    gw_why="there is no directory \${gw_to%/*}; declare it as a Directory that this depends on"
  fi
  [ -z "$gw_why" ] || { echo "$gw_from was not moved to $gw_to: $gw_why, and run again" >&2; return 1; }
  mv -- "$gw_from" "$gw_to" || return
  "$@" && return
  gw_code=$?
  mv -- "$gw_to" "$gw_from"
  return "$gw_code"
}
`;
