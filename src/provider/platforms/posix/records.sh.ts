import { sh } from "./sh.ts";

/** Small files written whole or not at all, and the notes that groundwork keeps of its own doing. */
export const records = sh`
gw_records=/var/lib/groundwork

# Standard input becomes the file; what a killed run left, the next one removes.
gw_put() ( # MODE PATH
  gw_place "$2"
  { [ -d "$gw_dir/" ] || mkdir -p -- "$gw_dir"; } && gw_sweep && gw_make_beside &&
    (umask "$(printf %o "$((0777 & ~0$1))")" && cat >new) && gw_sync new && gw_take_place && gw_sync "$gw_dir/" && exit
  gw_discard
  exit 1
)

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
