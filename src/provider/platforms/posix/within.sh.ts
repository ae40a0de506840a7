import { sh } from "./sh.ts";

/** Commands that may never end. */
export const withinLibrary = sh`
# Ends a command that takes longer, with all that it started.
gw_within() { # SECONDS COMMAND...
  gw_most=$1
  shift
  gw_grouped "$@" &
  gw_child=$!
  gw_grouped sh -c 'sleep "$1"; kill -s KILL -- "-$2" || kill -s KILL "$2"' sh "$gw_most" "$gw_child" >/dev/null 2>&1 &
  gw_clock=$!
  wait "$gw_child"
  gw_code=$?
  # Itself first: then it starts nothing more, and what it started is in its group. A shell that just begins loses other signals.
  { kill -s KILL "$gw_clock"; kill -s KILL -- "-$gw_clock"; wait "$gw_clock"; } 2>/dev/null
  return "$gw_code"
}

# A question to which nobody may wait for ever. What it leaves running may hold its output: that is a file, and no stream
# of the helper.
gw_check() { # SECONDS COMMAND...
  gw_heard=$(mktemp) || return 70
  gw_within "$@" >"$gw_heard" 2>&1 </dev/null
  gw_code=$?
  cat "$gw_heard" >&2
  [ "$gw_code" != 137 ] || echo "it was ended after $1 s" >&2
  rm -f "$gw_heard"
  return "$gw_code"
}
`;
