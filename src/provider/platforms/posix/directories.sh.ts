import { sh } from "./sh.ts";

/** Directories and links; what else stands in the way steps aside. A link to a directory, as to a bigger disk, is that directory. */
export const directoriesLibrary = sh`
# With a fifth digit, GNU's chmod also takes away the setgid bit of a directory.
gw_directory_make() { # MODE OWNER GROUP PATH
  gw_place "$4"
  gw_need_dir
  gw_at=$4
  if [ ! -d "$4" ]; then
    { [ ! -e "$4" ] && [ ! -L "$4" ]; } || gw_set_aside "$4" || exit
    gw_said=$(umask 077 && mkdir -- "$4" 2>&1) || gw_unwritten "$gw_said"
  elif [ -L "$4" ]; then
    gw_follow "$4"
    gw_dir=\${gw_at%/*}
  fi
  gw_said=$({ gw_enter "\${gw_at:-/}" && gw_chown "$2:$3" . && chmod "0$1" . && gw_sync . ..; } 2>&1) || gw_unwritten "$gw_said"
}

# One that was there before us: whom it let in is kept, once.
gw_directory_take() { # MODE OWNER GROUP PATH
  gw_was=$gw_kept$4.groundwork-directory
  if [ ! -e "$gw_was" ] && [ -d "$4" ]; then
    gw_said=$({ (umask 077 && mkdir -p "\${gw_was%/*}") && printf '%s/.\n' "$4" | gw_stat | gw_put 600 "$gw_was"; } 2>&1) ||
      gw_refuse 73 "$4 was left as it is, since whom it lets in cannot be kept: $gw_said"
  fi
  gw_directory_make "$@"
}

gw_directory_give_back() { # PATH
  gw_was=$gw_kept$1.groundwork-directory
  [ -f "$gw_was" ] || return 0
  IFS=: read -r gw_raw gw_uid gw_gid gw_rest <"$gw_was"
  [ ! -d "$1" ] || (gw_directory_make "$(printf %o "$((0x$gw_raw & 07777))")" "$gw_uid" "$gw_gid" "$1") || exit
  gw_unkeep "$1"
}

# Sets gw_at to where a link leads, name by name: whoever could change a folder on the way could lead root to any directory.
gw_follow() { # LINK
  gw_at= gw_rest=$1
  while [ -n "$gw_rest" ]; do
    gw_name=\${gw_rest%%/*}
    gw_rest=\${gw_rest#"$gw_name"}
    gw_rest=\${gw_rest#/}
    case $gw_name in
      '' | .) continue ;;
      ..) gw_at=\${gw_at%/*} && continue ;;
    esac
    [ -n "$(find "\${gw_at:-/}" -prune -user 0 ! -perm -0020 ! -perm -0002)" ] ||
      gw_refuse 73 "$1 is a link and was not followed: others than root may change \${gw_at:-/}, which it leads through, and so lead it anywhere; make that folder root's alone (chown root, chmod go-w), or put a directory, such as a mount, in the link's place, and run again"
    gw_at=$gw_at/$gw_name
    [ -L "$gw_at" ] || continue
    gw_rest=$(readlink -- "$gw_at")/$gw_rest
    case $gw_rest in /*) gw_at= ;; *) gw_at=\${gw_at%/*} ;; esac
  done
}

gw_directory_remove() { # PATH all|empty
  gw_place "$1"
  [ -d "$1" ] || return 0
  if [ -L "$1" ]; then
    echo "left: $1 is a link, and nothing is removed through one"
    return 0
  elif [ "$2" = all ]; then
    gw_said=$(gw_remove_tree "$1" 2>&1) || gw_refuse 73 "$1 was not removed whole: $gw_said"
  elif ! gw_said=$(rmdir -- "$1" 2>&1); then
    echo "left: $gw_said; destroyOnDelete removes it with all it holds"
    return 0
  fi
  gw_unkeep "$1"
  gw_sync "$gw_dir/"
}

gw_link_make() { # TARGET STANDS PATH
  gw_place "$3"
  gw_expected=$2
  gw_digest=none
  gw_need_dir
  gw_sweep
  gw_compare
  gw_said=$({ gw_make_beside && ln -s -- "$1" new; } 2>&1) || gw_unwritten "$gw_said"
  gw_look "$gw_temp/new"
  gw_rename "$gw_stands"
}
`;
