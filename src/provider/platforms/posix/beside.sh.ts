import { sh } from "./sh.ts";

/**
 * Where what will stand at a path is made first: as `new`, in a folder beside it that only root may enter. The directory may be
 * another's, who could put a link, a pipe or a device in the place of any name there, at any moment. So nothing is done by a
 * name there but to rename it; what root has entered, it looks at from inside.
 */
export const besideLibrary = sh`
# A path's directory, and the folder beside it; its name says whose it is.
gw_place() { # PATH
  gw_path=$1
  gw_dir=\${1%/*}
  gw_base=\${1##*/}
  gw_temp=$gw_dir/.groundwork.$gw_base.$$
}

# Under our lock, what another process left beside the target is dead.
gw_sweep() {
  for gw_stale in "$gw_dir/.groundwork.$gw_base."*; do
    case \${gw_stale#"$gw_dir/.groundwork.$gw_base."} in
      '' | *[!0-9]*) ;;
      *) rm -rf -- "$gw_stale" ;;
    esac
  done
}

# Enters a directory that stands beside the path, through no link. For a subshell, as all that follows.
gw_enter() { # PATH
  cd -P -- "$1" && { [ .. -ef "$gw_dir/" ] || gw_swapped "$1"; }
}

gw_swapped() { # PATH
  echo "$1 was exchanged meanwhile; see who may write to \${gw_dir:-/}" >&2
  return 1
}

# An access list that a folder got from the one above would let others in.
gw_enter_beside() {
  gw_enter "$gw_temp" && { gw_is_private || gw_swapped "$gw_temp"; } && gw_drop_access_list
}

gw_is_private() { [ -O . ] && gw_looks 'drwx--[-S]---*'; }
# Whether nobody but root may exchange what stands in the working directory.
gw_is_roots() { [ -O . ] && gw_looks 'd????-??-*'; }

gw_looks() { # PATTERN, unquoted: of what ls tells of the working directory
  gw_seen=$(ls -ld .)
  case $gw_seen in $1) ;; *) return 1 ;; esac
}

gw_make_beside() {
  mkdir -m 700 -- "$gw_temp" && gw_enter_beside && { { [ ! -e new ] && [ ! -L new ]; } || gw_swapped "$gw_temp"; }
}

# From within: what was made takes the place of what stands at the path.
gw_take_place() {
  gw_move new "../$gw_base" && cd .. && { rmdir -- "\${gw_temp##*/}" 2>/dev/null || true; }
}

gw_discard() { rm -rf -- "$gw_temp"; }
`;
