import { sh } from "./sh.ts";

/** Directories and links; what else stands in the way steps aside. */
export const directoriesLibrary = sh`
# With a fifth digit, GNU's chmod also takes away the setgid bit of a directory.
gw_directory_make() { # MODE OWNER GROUP PATH
  gw_place "$4"
  gw_need_dir
  if [ -L "$4" ] || [ ! -d "$4" ]; then
    { [ ! -e "$4" ] && [ ! -L "$4" ]; } || gw_set_aside "$4" || exit
    gw_said=$(umask 077 && mkdir -- "$4" 2>&1) || gw_unwritten "$gw_said"
  fi
  gw_said=$({ gw_chown "$2:$3" "$4" && chmod "0$1" "$4" && gw_sync "$4" "$gw_dir/"; } 2>&1) || gw_unwritten "$gw_said"
}

gw_directory_remove() { # PATH all|empty
  gw_place "$1"
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  if [ "$2" = all ]; then
    gw_said=$(gw_remove_tree "$1" 2>&1) || gw_refuse 73 "$1 was not removed whole: $gw_said"
  elif ! gw_said=$(rmdir -- "$1" 2>&1); then
    echo "left: $gw_said; destroyOnDelete removes it with all it holds"
    return 0
  fi
  gw_sync "$gw_dir/"
}

gw_link_make() { # TARGET STANDS PATH
  gw_place "$3"
  gw_expected=$2
  gw_digest=none
  gw_need_dir
  gw_sweep
  gw_compare
  gw_said=$(ln -s -- "$1" "$gw_temp" 2>&1) || gw_unwritten "$gw_said"
  gw_look "$gw_temp"
  gw_rename "$gw_stands"
}
`;
