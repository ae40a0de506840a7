import { sh } from "./sh.ts";

/** Small files written whole or not at all, and the notes that groundwork keeps of its own doing. */
export const records = sh`
gw_records=/var/lib/groundwork

# Standard input becomes the file; a killed run leaves at most a temp file that the next one removes. Who owns the
# directory can put a link at either name: none is followed.
gw_put() { # MODE PATH
  gw_temp=$2.groundwork-new
  mkdir -p "\${2%/*}" &&
    rm -rf -- "$gw_temp" &&
    (umask "$(printf %o "$((0777 & ~0$1))")" && set -C && cat >"$gw_temp") &&
    gw_sync "$gw_temp" &&
    gw_move "$gw_temp" "$2" &&
    gw_sync "\${2%/*}" && return
  rm -f "$gw_temp"
  return 1
}

# A line each: the name, and where there is such a file its content in base64 after it.
gw_record_list() { # KIND NAME...
  gw_kind=$1
  shift
  for gw_name; do
    gw_file=$gw_records/$gw_kind/$gw_name
    if [ -f "$gw_file" ]; then
      printf '%s :%s\n' "$gw_name" "$(base64 <"$gw_file" | tr -d '\n')"
    else
      printf '%s\n' "$gw_name"
    fi
  done
}

gw_record_names() { ls "$gw_records/$1" 2>/dev/null || true; } # KIND

gw_record_write() { # KIND NAME
  mkdir -p -m 700 "$gw_records" "$gw_records/$1" && gw_put 600 "$gw_records/$1/$2"
}

gw_record_remove() { rm -f "$gw_records/$1/$2"; } # KIND NAME
`;
