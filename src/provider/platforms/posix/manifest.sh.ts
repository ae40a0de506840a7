import { sh } from "./sh.ts";

/** The lists of what is managed on a host, one name a line: they say what to read at once, and are never believed. */
export const manifest = sh`
gw_manifest_dir=/var/lib/groundwork/manifest

gw_manifest_list() { cat "$gw_manifest_dir/$1" 2>/dev/null || true; }

gw_manifest_add() {
  mkdir -p -m 700 /var/lib/groundwork "$gw_manifest_dir" || return
  [ -e "$gw_manifest_dir/$1" ] || : >"$gw_manifest_dir/$1"
  sort -u -o "$gw_manifest_dir/$1" - "$gw_manifest_dir/$1"
}

gw_manifest_drop() {
  [ -e "$gw_manifest_dir/$1" ] || { cat >/dev/null; return 0; }
  sort -u | comm -13 - "$gw_manifest_dir/$1" >"$gw_manifest_dir/$1.new"
  mv "$gw_manifest_dir/$1.new" "$gw_manifest_dir/$1"
}
`;
