/** The data that serves, as its configuration says; $configuration is its folder. */
export const servingData = `sed -n "s/^data_directory = '\\(.*\\)'$/\\1/p" "$configuration/postgresql.conf"`;

/** File that keeps the server away from data that is being taken over: see `serve`. */
export const holdIn = (state: string): string => `${state}/upgrade.hold`;

/**
 * What the daemon runs: the server of the version that made the data, so that a restart with another configuration moves
 * to another version, or back. It waits while the process named in the hold lives, and after that has succeeded, when the
 * hold is empty, for its own next start.
 *
 * Service managers end a program by SIGTERM, on which PostgreSQL waits until every client has left; on SIGINT it does not.
 */
export const serve = `programs=$1 configuration=$2 hold=$3
held() { owner=$(cat "$hold" 2>/dev/null) && { [ -z "$owner" ] || kill -0 "$owner" 2>/dev/null; }; }
trap 'kill -INT "$server" 2>/dev/null || exit 0' TERM INT
trap 'kill -HUP "$server" 2>/dev/null' HUP

[ -s "$hold" ] || rm -f "$hold"
while :; do
  while held; do sleep 1; done
  data=$(${servingData})
  "$(printf "$programs" "$(cat "$data/PG_VERSION")")/postgres" -D "$configuration" & server=$!
  while kill -0 "$server" 2>/dev/null; do wait "$server"; code=$?; done
  server=
  held || exit "$code"
done`;
