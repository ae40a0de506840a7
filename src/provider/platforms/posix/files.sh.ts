import { sh } from "./sh.ts";

/** What stands at paths, asked for thousands at once. */
export const filesLibrary = sh`
# Sets gw_sum to the digest of standard input, at the price of one process.
gw_digest() {
  gw_sum=$(gw_sha256) && gw_sum=\${gw_sum%% *}
}

# Paths a line on standard input. Answers with three parts, a zero byte after each of the first two: a line for each
# path that is there, "DIGEST  PATH" of each regular file, target and path of each link. Others on standard error.
gw_files() {
  gw_seen=$(gw_stat)
  printf '%s\n\0' "$gw_seen"
  printf '%s\n' "$gw_seen" | sed -n 's/^8[^:]*:\([^:]*:\)\{6\}//p' | gw_digests
  printf '\0'
  case $gw_nl$gw_seen in *"\${gw_nl}a"*) ;; *) return 0 ;; esac
  printf '%s\n' "$gw_seen" | sed -n 's/^a[^:]*:\([^:]*:\)\{6\}//p' | while IFS= read -r gw_path; do
    gw_target=$(readlink -- "$gw_path" && printf x) || continue
    printf '%s\0%s\0' "\${gw_target%$gw_nl"x"}" "$gw_path"
  done
}

# Paths a line on standard input; a line for each: base64 of a regular file of at most LIMIT bytes, "-" for anything else.
gw_contents() { # LIMIT
  while IFS= read -r gw_path; do
    if [ -f "$gw_path" ] && [ ! -L "$gw_path" ] && [ "$(wc -c <"$gw_path")" -le "$1" ]; then
      base64 <"$gw_path" | tr -d '\n'
      echo
    else
      echo -
    fi
  done
}
`;
