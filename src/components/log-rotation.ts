const limitMiB = 10;
/** Files kept of each log, besides the one that is written to. */
const copies = 7;

/**
 * Script for sh: compresses each log of a folder that has grown over 10 MiB, seven copies of each, and empties it.
 * newsyslog(8) cannot do that: it renames, and launchd, which holds the file open, would write on into what is renamed.
 */
export const rotateLogs = (folder: string): string => `cd '${folder}' || exit
umask 027
for log in *.log; do
  [ -f "$log" ] && [ "$(wc -c <"$log")" -gt ${limitMiB * 1024 * 1024} ] || continue
  age=${copies - 1}
  while [ "$age" -gt 0 ]; do
    [ ! -f "$log.$((age - 1)).gz" ] || mv -f "$log.$((age - 1)).gz" "$log.$age.gz"
    age=$((age - 1))
  done
  gzip <"$log" >"$log.0.gz" && : >"$log"
done
`;
