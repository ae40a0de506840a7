/** A version brings its own order of texts: their indexes are made anew where it is another. */
const texts = `SELECT coalesce(datcollversion <> pg_database_collation_actual_version(oid), false) AS other
FROM pg_database WHERE datname = current_database() \\gset
\\if :other
  SELECT format('REINDEX INDEX %s', indexrelid::regclass) FROM pg_index
  WHERE EXISTS (SELECT FROM unnest(indcollation) used JOIN pg_collation c ON c.oid = used WHERE c.collprovider <> 'c') \\gexec
  SELECT format('ALTER COLLATION %s REFRESH VERSION', oid::regcollation) FROM pg_collation
  WHERE collprovider <> 'd' AND collversion <> pg_collation_actual_version(oid) \\gexec
\\endif`;

/** Settings beside data that no server has proven healthy with: what is written until then would be lost by the way back. */
export const unproven = (data: string): string => `${data}.unproven`;
const readOnly = `echo "default_transaction_read_only = on" >"${unproven("$data")}"`;

/**
 * Functions for sh that take data over from a lower version by pg_upgrade, into a copy (a clone where the file system makes
 * them): the previous data stay as they are. All that can be checked is checked while the server still serves; from then on
 * it is kept away (see \`serve\`), until its next start, or after a failure.
 */
export const upgrade = `upgradable() {
  old=$(cat "$live/PG_VERSION")
  [ "$old" -lt "$version" ] || fail "$live holds the data of PostgreSQL $old, which $version cannot read: keep version $old, or move that folder away and restore a dump"
  [ -x "$(of "$old")/postgres" ] || fail "$live holds the data of PostgreSQL $old, which only its own programs can read for $version: install them in $(of "$old")"
}

upgrade() {
  mkdir "$work"
  cd "$work"
  exec 3>&2 2>"$work/said" # programs that warn of what is mended below are heard only after a failure
  trap given_up EXIT
  trap 'exit 1' HUP INT TERM PIPE
  echo "checking whether PostgreSQL $version can take over $live"
  taking_over --check --clone >/dev/null 2>&1 && how=--clone || { how=; room; taking_over --check; }
  echo "$$" >"$hold"
  echo "stopping PostgreSQL $old"
  if at "$old" pg_ctl status --pgdata="$live" >/dev/null; then
    at "$old" pg_ctl stop --silent --pgdata="$live" --mode=fast --timeout=600
  fi
  echo "copying $(kib "$live" | awk '{ print int($1 / 1024) }') MiB from $live"
  taking_over $how
  privately
}

at() { program=$(of "$1")/$2; shift 2; "$program" "$@"; }
kib() { du -sk "$1" | cut -f 1; }
sql() { at "$version" psql -X -q -v ON_ERROR_STOP=1 "$@"; }

taking_over() {
  at "$version" pg_upgrade --old-datadir="$live" --new-datadir="$part" --old-bindir="$(of "$old")" \\
    --new-bindir="$(of "$version")" --username="$(id -un)" --socketdir="$work" "$@" >&2
}

room() {
  free=$(df -Pk "$part" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt "$(kib "$live")" ] || fail "beside $data there are $free KiB free, and a copy of $live takes $(kib "$live")"
}

# What is left to do with the new data before anybody sees them.
privately() {
  export PGHOST="$work" PGDATABASE=postgres
  at "$version" pg_ctl start --silent --pgdata="$part" --log="$work/said" --options="-h '' -k $work"
  echo "making statistics, and indexes of texts"
  if [ -f update_extensions.sql ]; then
    sql -f update_extensions.sql
  fi
  sql -At -c 'SELECT datname FROM pg_database WHERE datallowconn' | while IFS= read -r database; do
    sql -d "$database" <<'SQL'
${texts}
SQL
  done
  sql <<'SQL'
SELECT format('ALTER DATABASE %I REFRESH COLLATION VERSION', datname) FROM pg_database
WHERE datcollversion <> pg_database_collation_actual_version(oid) \\gexec
SQL
  at "$version" vacuumdb --all --analyze-only --quiet
  at "$version" pg_ctl stop --silent --pgdata="$part" --mode=fast --timeout=600
}

given_up() {
  trap '' PIPE # whoever listened may be gone
  cat "$work/said" >&3 || :
  find "$part/pg_upgrade_output.d" -type f -name '*.txt' -exec cat {} + >&3 2>/dev/null || : # pg_upgrade's details
  echo "PostgreSQL $version did not take over $live, which serves again as before" >&3 || :
  discard
  rm -f "$hold"
}

discard() {
  at "$version" pg_ctl stop --silent --pgdata="$part" --mode=immediate >/dev/null 2>&1 || :
  rm -rf "$work" "$part" "${unproven("$data")}"
}

upgraded() {
  rm -rf "$work"
  ${readOnly}
  trap - EXIT
  : >"$hold"
  echo "PostgreSQL $old's data stay in $live until you remove them"
}`;
