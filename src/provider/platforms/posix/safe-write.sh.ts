import { sh } from "./sh.ts";

/**
 * The one way a file comes to be: made beside the target (see `beside.sh.ts`), verified, owned and flushed, then renamed over
 * it, and only if what stands there is what was read. Exit codes: 72 no directory, 73 cannot be written, 74 damaged on the way,
 * 76 changed since it was read; standard error says it for the user.
 */
export const safeWriteLibrary = sh`
gw_kept=/var/lib/groundwork/original

gw_refuse() { # CODE MESSAGE
  printf '%s\n' "$2" >&2
  exit "$1"
}

# What stands at a path, in a word: "-" nothing, "f:DIGEST", "l:DIGEST of its target", "d", "o".
gw_look() { # PATH
  if [ -L "$1" ]; then
    gw_stands=l:$(printf %s "$(readlink -- "$1")" | { gw_digest && echo "$gw_sum"; })
  elif [ -f "$1" ]; then
    gw_sum=
    gw_digest <"$1"
    gw_stands=f:$gw_sum
  elif [ -d "$1" ]; then
    gw_stands=d
  elif [ -e "$1" ]; then
    gw_stands=o
  else
    gw_stands=-
  fi
}

gw_need_dir() {
  [ -d "$gw_dir/" ] || gw_refuse 72 "$gw_path cannot be made: there is no directory \${gw_dir:-/}. Declare it as a Directory that this depends on, and run again"
}

# Tells why a write did not come about; what stood there still stands.
gw_unwritten() { # WHAT-THE-TOOL-SAID
  gw_discard
  [ -z "$gw_taken" ] || gw_unkeep "$gw_taken"
  [ "\${gw_bytes-}" != kept ] || gw_bytes=
  case $1 in
    *'No space left'* | *'Disk quota'*) gw_hint="make room\${gw_bytes:+ for $gw_bytes bytes} ($(gw_free "$gw_dir/"))" ;;
    *'Read-only'*) gw_hint='its file system is mounted read-only; mount it for writing' ;;
    *'Operation not permitted'*) gw_hint=$gw_immutable_hint ;;
    *'invalid user'* | *'invalid group'* | *'illegal user'* | *'illegal group'*)
      gw_hint='declare the User or Group and make this depend on it' ;;
    *) gw_hint='mend this' ;;
  esac
  gw_refuse 73 "$gw_path was not written, what stood there still stands: $1; $gw_hint, and run again"
}

# Reads "SIZE DIGEST MODE OWNER GROUP STANDS PATH", STANDS as gw_look says it, and SIZE bytes; SIZE "kept" is what stands
# there.
gw_receive() {
  IFS=' ' read -r gw_bytes gw_digest gw_mode gw_owner gw_group gw_expected gw_path || return
  gw_place "$gw_path"
  gw_need_dir
  gw_sweep
  umask 077
  gw_said=$({ gw_make_beside && gw_content && gw_verify && gw_own && chmod "0$gw_mode" new && gw_sync new; } 2>&1) || {
    gw_code=$?
    case $gw_code in 74 | 76) gw_discard && gw_refuse "$gw_code" "$gw_said" ;; esac
    gw_unwritten "$gw_said"
  }
}

gw_content() {
  if [ "$gw_bytes" = kept ]; then
    cp -RP -- "$gw_path" new && [ -f new ] && [ ! -L new ] && touch -r "$gw_path" new || gw_changed
  else
    (gw_exact "$gw_bytes") >new
  fi
}

gw_verify() {
  gw_digest <new
  [ "$gw_sum" = "$gw_digest" ] || gw_refuse 74 "$gw_path was not written: its content arrived damaged; run again"
}

# What root makes is root's, except where the directory gives its own group on.
gw_own() {
  { [ "$gw_owner:$gw_group" = root:root ] && ! gw_gives_group "$gw_dir/"; } || gw_chown "$gw_owner:$gw_group" new
}

gw_changed() {
  gw_refuse 76 "$gw_path changed since it was read, by somebody else: nothing was written; run again to see the difference"
}

# Refuses where something else stands than was read; what is as desired already may be repeated.
gw_compare() {
  gw_look "$gw_path"
  [ "$gw_stands" = "$gw_expected" ] || [ "$gw_stands" = "f:$gw_digest" ] || { gw_discard && gw_changed; }
}

gw_is_kept() { [ -e "$1-original" ] || [ -L "$1-original" ]; }
gw_is_noted() { gw_is_kept "$1" || [ -e "$1-absent" ]; }

# A path that becomes ours only now: where that fails, what somebody then writes there is theirs, and kept anew.
gw_take() { # PATH
  gw_taken=
  gw_is_noted "$gw_kept$1.groundwork" || gw_taken=$1
}

# Keeps what stood at a path, once; or that nothing did. In BASE, else what stood there before us.
gw_keep() { # PATH [BASE]
  gw_was=\${2:-$gw_kept}$1.groundwork
  ! gw_is_noted "$gw_was" || return 0
  umask 077
  [ -d "\${gw_was%/*}" ] || mkdir -p "\${gw_was%/*}" || return
  if [ -L "$1" ]; then
    cp -a -- "$1" "$gw_was-original"
  elif [ -f "$1" ]; then
    rm -f -- "$gw_was-part" && cp -a -- "$1" "$gw_was-part" && gw_sync "$gw_was-part" && gw_move "$gw_was-part" "$gw_was-original"
  else
    true >"$gw_was-absent"
  fi
}

# What we put, or adopted, at a path, as gw_look says it: whatever else stands there one day is somebody else's.
gw_note_ours() { # PATH STANDS
  printf '%s\n' "$2" >"$gw_kept$1.groundwork-ours"
}

gw_adopt() { # PATH...
  for gw_path; do
    gw_keep "$gw_path" && gw_look "$gw_path" && gw_note_ours "$gw_path" "$gw_stands" || return
  done
}

# Paths that are declared, and recorded nowhere: what somebody put there since is kept anew, in place of what stood there once.
gw_found() { # PATH...
  for gw_path; do
    gw_was=$gw_kept$gw_path.groundwork
    [ -e "$gw_was-ours" ] || continue
    gw_look "$gw_path"
    case $gw_stands in
      f:* | l:*) [ "$gw_stands" = "$(cat "$gw_was-ours")" ] || gw_unkeep "$gw_path" ;;
    esac
  done
}

# Puts back what was kept of a path; where nothing was, the path is removed.
gw_put_back() { # PATH [BASE]
  gw_place "$1"
  gw_was=\${2:-$gw_kept}$1.groundwork
  [ -d "$gw_dir/" ] || return 0
  gw_sweep
  if gw_is_kept "$gw_was"; then
    gw_said=$({ gw_make_beside && cp -a -- "$gw_was-original" new && gw_aside "$1" && gw_take_place && gw_sync "$gw_dir/"; } 2>&1) ||
      gw_unwritten "$gw_said"
  else
    gw_said=$({ rm -f -- "$1" && gw_sync "$gw_dir/"; } 2>&1) || gw_unwritten "$gw_said"
  fi
}

# Paths that gw_keep was told of.
gw_kept_in() { # BASE
  (cd "$1" && find . -name '*.groundwork-original' -o -name '*.groundwork-absent') | sed 's/^.//; s/[.]groundwork-[a-z]*$//'
}

# A directory never gives way with what it holds: it steps aside, and the user is told.
gw_aside() { # PATH
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  rmdir -- "$1" 2>/dev/null || gw_set_aside "$1"
}

gw_set_aside() { # PATH [MORE to be told]
  gw_number=1
  while [ -e "$1.groundwork-$gw_number" ] || [ -L "$1.groundwork-$gw_number" ]; do gw_number=$((gw_number + 1)); done
  gw_move "$1" "$1.groundwork-$gw_number" && echo "moved aside what stood there: $1.groundwork-$gw_number\${2-}"
}

gw_rename() { # STANDS: as gw_look will say of it
  gw_take "$gw_path"
  gw_said=$({ gw_keep "$gw_path" && gw_note_ours "$gw_path" "$1"; } 2>&1) || gw_unwritten "$gw_said"
  gw_aside "$gw_path" || gw_unwritten "$gw_path: what stands there cannot be moved"
  gw_said=$({ gw_enter_beside && gw_take_place; } 2>&1) || gw_unwritten "$gw_said"
  gw_taken=
  gw_said=$(gw_sync "$gw_dir/" 2>&1) || gw_unwritten "$gw_said"
}

# Standard input as gw_receive reads it.
gw_file_write() {
  gw_receive && gw_compare && gw_rename "f:$gw_digest"
}

# Gives way to what stood there before us. What we never wrote is not ours to remove, nor a directory in its place.
gw_give_way() { # PATH
  gw_was=$gw_kept$1.groundwork
  if [ -d "$1" ] && [ ! -L "$1" ]; then
    echo "left: $1 is a directory now"
  elif gw_is_kept "$gw_was"; then
    gw_put_back "$1"
    echo "put back what stood at $1 before"
  elif [ -e "$gw_was-absent" ]; then
    gw_put_back "$1"
  elif [ -e "$1" ] || [ -L "$1" ]; then
    echo "left: $1 was there before groundwork"
  fi
}

gw_file_remove() { # PATH [CONFIGURATION that it is removed for]
  ! gw_is_anothers "$1" "\${2-}" || return 0
  gw_give_way "$1"
  gw_unkeep "$1"
}

gw_unkeep() { # PATH
  gw_was=$gw_kept$1.groundwork
  rm -f -- "$gw_was-original" "$gw_was-absent" "$gw_was-ours" "$gw_was-directory"
  gw_was=\${1%/*}
  [ -z "$gw_was" ] || (cd "$gw_kept" 2>/dev/null && rmdir -p -- ".$gw_was" 2>/dev/null) || true
}
`;
