import type { PostgresSoftware } from "../postgres-software.ts";
import { holdIn, servingData } from "./postgres-serve.ts";
import { upgrade } from "./postgres-upgrade.ts";

/** Finds the data there is: what the configuration names; without one, after a destroy, that of the newest version. */
const find = `state=$1 data=$2 configuration=$3 hold=$4
newest() {
  for found in "$state"/*/groundwork/PG_VERSION; do
    [ ! -f "$found" ] || echo "$(cat "$found") \${found%/PG_VERSION}"
  done | sort -n | tail -n 1 | cut -d ' ' -f 2-
}
if [ -f "$configuration/postgresql.conf" ]; then
  live=$(${servingData})
  [ -f "$live/PG_VERSION" ] || {
    echo "$configuration/postgresql.conf names the data in \${live:-no folder}, which is not there: mount it or put it back; to begin without data, remove that file" >&2
    exit 2
  }
else
  live=$(newest)
fi`;

/** They serve, or will after the server's next start. */
const check = `${find}
[ "$live" = "$data" ] || { [ -f "$data/PG_VERSION" ] && [ -f "$hold" ] && ! [ -s "$hold" ]; }`;

const make = `set -eu
${find}
[ "$live" != "$data" ] || exit 0
version=$5 programs=$6 part=$data.part work=$data.work
shift 6
of() { printf "$programs" "$1"; }
fail() { echo "$*" >&2; exit 1; }

${upgrade}
if [ -n "$live" ]; then
  upgradable
fi
discard # of a run that was killed
"$(of "$version")/initdb" --pgdata="$part" "$@" >/dev/null
if [ -n "$live" ]; then
  upgrade
fi
if [ -e "$data" ]; then # of an upgrade that never served
  aside=$data.unused-$(date -u +%Y%m%dT%H%M%SZ)
  mv "$data" "$aside"
  echo "$data did not serve, and is now $aside"
fi
mv "$part" "$data"
if [ -n "$live" ]; then
  upgraded
fi`;

const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=und"]; // alike everywhere

/** What makes the data of a version in a folder, empty or from those of a lower version, and tells whether they serve. */
export function clusterData({ version, user, state, configuration, everyPrograms }: PostgresSoftware, data: string) {
  const places = [state, data, configuration, holdIn(state)];
  const options = [`--username=${user}`, "--data-checksums", "--auth=peer", ...locale];
  return {
    check: ["sh", "-c", check, "check", ...places],
    command: ["sh", "-c", make, "make", ...places, String(version), everyPrograms, ...options],
  };
}
