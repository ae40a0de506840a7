import { sh } from "./sh.ts";

/**
 * An archive becomes a directory in one step: downloaded, verified and unpacked beside it, then exchanged. Its stamp, which
 * is written last, tells which archive it is; its list tells what it holds.
 */
export const archiveLibrary = sh`
gw_stamp=.groundwork-archive
gw_list=.groundwork-archive-list
gw_looks=.groundwork-archive-looks

# Directories a line on standard input. A line each: "-", or in base64 the stamp, and the paths that were changed by hand.
gw_archives() {
  while IFS= read -r gw_path; do
    if [ -f "$gw_path/$gw_stamp" ] && [ ! -L "$gw_path" ]; then
      gw_said=$(cd "$gw_path" && gw_archive_edits) || return
      printf '%s %s\n' "$(base64 <"$gw_path/$gw_stamp" | tr -d '\n')" "$(printf %s "$gw_said" | base64 | tr -d '\n')"
    else
      echo -
    fi
  done
}

# Only where something does not look as it did when it was unpacked all is read again and compared.
gw_archive_edits() {
  [ -f "$gw_list" ] || { echo "$gw_list" && return; }
  gw_now=$(gw_archive_looks) && [ "$gw_now" = "$(cat "$gw_looks" 2>/dev/null)" ] ||
    gw_archive_present | gw_archive_contents | comm -13 - "$gw_list" | cut -f 1 | sed 's/^\.\///' | sort -u
}

# One digest over modes, sizes and times of all that is listed, or a failure. A time is compared with itself only, so that
# no clock matters; of a directory none is, since what others put there changes it.
gw_archive_looks() {
  gw_seen=$(gw_archive_listed | tr '\n' '\0' | gw_stat_changes 2>/dev/null) &&
    printf '%s\n' "$gw_seen" | sed 's/^\(4...:[^:]*:[^:]*\):[^:]*:[^:]*:[^:]*:/\1:/' | gw_sha256
}

# Paths a line on standard input. Sorted lines of a path, a tab, and type with mode and owners, digest of a file, or target
# of a link.
gw_archive_contents() {
  gw_seen=$(gw_stat)
  {
    printf '%s\n' "$gw_seen" | sed -n "s/^\([^:]*:[^:]*:[^:]*\):[^:]*:[^:]*:[^:]*:[^:]*:\(.*\)/\2$gw_tab\1/p"
    printf '%s\n' "$gw_seen" | sed -n 's/^8[^:]*:\([^:]*:\)\{6\}//p' | gw_digests | tr '\0' '\n' | sed "s/^\([^ ]*\)  \(.*\)/\2$gw_tab\1/"
    printf '%s\n' "$gw_seen" | sed -n 's/^a[^:]*:\([^:]*:\)\{6\}//p' |
      while IFS= read -r gw_link; do printf '%s\t%s\n' "$gw_link" "$(readlink -- "$gw_link")"; done
  } | sort
}

gw_archive_find() { find . ! -path . ! -path "./$gw_stamp*" "$@"; }

gw_archive_listed() { sed -n "s/$gw_tab[0-9A-Fa-f]*:[0-9]*:[0-9]*\$//p" "$gw_list"; }

gw_archive_present() {
  gw_archive_listed | while IFS= read -r gw_file; do { [ ! -e "$gw_file" ] && [ ! -L "$gw_file" ]; } || printf '%s\n' "$gw_file"; done
}

# What is here and not listed: others put it here. So they may have done where not all can be read.
gw_archive_others() {
  {
    gw_archive_listed
    echo
    { gw_archive_find -print0 || printf 'what cannot be read\0'; } | tr '\n\0' '\1\n'
  } 2>/dev/null | awk '/^$/ { all = 1; next } !all { ours[$0]; next } !($0 in ours) { sub(/^\.\//, ""); print }'
}

# Whether a directory is from an archive, and all that it holds. Sets gw_others to what is not.
gw_archive_is_ours() { # PATH
  gw_others=
  [ -f "$1/$gw_stamp" ] && [ ! -L "$1" ] && gw_others=$(cd "$1" && gw_archive_others) && [ -z "$gw_others" ]
}

# What is mounted in the directory, or in what a killed run left beside it, would go with it and be emptied.
gw_archive_unmounted() {
  gw_real=$(cd "$gw_dir/" && pwd -P) && gw_all=$(gw_mounts) ||
    gw_refuse 73 "nothing was done at $gw_path, since the host does not tell what is mounted there; mend this, and run again"
  gw_mounted=$(printf '%s\n' "$gw_all" | gw_archive_mounts "\${gw_real%/}/$gw_base")
  gw_mounted=\${gw_mounted%%"$gw_nl"*}
  [ -z "$gw_mounted" ] ||
    gw_refuse 73 "nothing was done at $gw_path, which is replaced and removed whole: $gw_mounted is mounted there; unmount it, or mount it elsewhere, and run again"
}

gw_archive_mounts() { # PATH
  while IFS= read -r gw_at; do
    case $gw_at in "$1" | "$1"/* | "$1".groundwork-old/* | "\${1%/*}/.groundwork.\${1##*/}."*) printf '%s\n' "$gw_at" ;; esac
  done
}

# Standard input: "url URL", or "bytes SIZE" and the archive. 69: the host has no program that downloads.
gw_archive_unpack() { # SHA256 FORMAT|program:NAME STRIP OWNER GROUP PATH
  gw_declared=$1 gw_format=$2 gw_strip=$3 gw_owner=$4 gw_group=$5
  gw_place "$6"
  gw_need_dir
  gw_part=download gw_new=new # in the folder beside it
  gw_archive_unmounted
  umask 077
  trap gw_archive_tidy EXIT
  gw_archive_tidy
  gw_sweep
  gw_said=$(gw_make_beside 2>&1) && gw_enter_beside || gw_unwritten "$gw_said"
  gw_program=$(gw_unpacker "$gw_format")
  [ -z "$gw_program" ] || command -v "$gw_program" >/dev/null ||
    gw_refuse 73 "$gw_path was not unpacked: the host has no $gw_program; declare the PackageSet that brings it, make this depend on it, and run again"

  read -r gw_how gw_what
  case $gw_how in
    url) gw_download "$gw_what" ;;
    bytes) gw_said=$({ gw_exact "$gw_what" >"$gw_part"; } 2>&1) || gw_unwritten "$gw_said" ;;
  esac
  gw_digest <"$gw_part"
  [ "$gw_sum" = "$gw_declared" ] ||
    gw_refuse 74 "$gw_path was not unpacked: the archive is not the declared one: its sha256 is $gw_sum, declared is $gw_declared"

  echo "unpacking $gw_path"
  gw_said=$(gw_unpack 2>&1) || gw_unwritten "$gw_said"
  gw_exchange
}

gw_archive_tidy() { rm -rf -- "$gw_temp" "$gw_path.groundwork-old"; }

# The URL may hold a token: no argument shows it.
gw_download() { # URL
  (while sleep 2 >/dev/null 2>&1; do [ ! -f "$gw_part" ] || echo "downloading: $(du -h "$gw_part" | cut -f 1)"; done) &
  gw_teller=$!
  if command -v curl >/dev/null; then
    gw_said=$(printf 'url = "%s"\n' "$1" | curl -fsSL --retry 2 --connect-timeout 20 --speed-limit 1 --speed-time 60 -o "$gw_part" -K - 2>&1)
  elif command -v wget >/dev/null; then
    gw_said=$(printf '%s\n' "$1" | wget -nv --tries=3 --timeout=20 -O "$gw_part" -i - 2>&1)
  else
    kill "$gw_teller"
    exit 69
  fi
  gw_code=$?
  kill "$gw_teller" 2>/dev/null
  [ "$gw_code" = 0 ] || gw_unwritten "the download failed: $gw_said"
}

gw_unpack() {
  umask 022 # not every archive lists its directories
  mkdir "$gw_new" && chmod 755 "$gw_new" || return
  case $gw_format in
    tar.gz) gw_untar -xzf "$gw_part" -C "$gw_new" --strip-components="$gw_strip" ;;
    tar.xz) gw_untar -xJf "$gw_part" -C "$gw_new" --strip-components="$gw_strip" ;;
    tar.zst) gw_untar --zstd -xf "$gw_part" -C "$gw_new" --strip-components="$gw_strip" ;;
    zip) unzip -q "$gw_part" -d "$gw_new" && gw_strip_names ;;
    program:*) mv "$gw_part" "$gw_new/\${gw_format#program:}" && chmod 755 "$gw_new/\${gw_format#program:}" ;;
  esac &&
    gw_archive_own &&
    (
      cd "$gw_new" && gw_archive_find | gw_archive_contents >"$gw_list" || exit
      [ -s "$gw_list" ] || { echo "nothing of the archive is left after stripComponents: $gw_strip" && exit 1; }
      gw_archive_looks >"$gw_looks" || rm -f "$gw_looks" # each read compares all contents then
      gw_archive_stamp >"$gw_stamp"
    ) &&
    gw_sync_tree "$gw_new"
}

# A chown takes setuid and setgid away.
gw_archive_own() {
  gw_setuid=$(find "$gw_new" -type f -perm -4000) && gw_setgid=$(find "$gw_new" -type f -perm -2000) &&
    gw_chown_tree "$gw_owner:$gw_group" "$gw_new" &&
    gw_archive_chmod u+s "$gw_setuid" && gw_archive_chmod g+s "$gw_setgid"
}

gw_archive_chmod() { # BITS PATHS, a line each
  [ -z "$2" ] || printf '%s\n' "$2" | while IFS= read -r gw_file; do chmod "$1" "$gw_file" || exit; done
}

gw_archive_stamp() {
  printf 'sha256 %s\nstripComponents %s\nowner %s\ngroup %s\n' "$gw_sum" "$gw_strip" "$gw_owner" "$gw_group"
  date -u '+unpacked %Y-%m-%dT%H:%M:%SZ'
}

# What tar does by itself.
gw_strip_names() {
  gw_level=$gw_strip
  while [ "$gw_level" -gt 0 ]; do
    mkdir "$gw_new/.groundwork-strip" &&
      find "$gw_new" -mindepth 2 -maxdepth 2 ! -path "$gw_new/.groundwork-strip/*" -exec sh -c 'mv -- "$@" "$0"' "$gw_new/.groundwork-strip" {} + &&
      find "$gw_new" -mindepth 1 -maxdepth 1 ! -name .groundwork-strip -exec rm -rf -- {} + &&
      find "$gw_new/.groundwork-strip" -mindepth 1 -maxdepth 1 -exec sh -c 'mv -- "$@" "$0"' "$gw_new" {} + &&
      rmdir "$gw_new/.groundwork-strip" || return
    gw_level=$((gw_level - 1))
  done
}

# What is there and not from an archive of ours steps aside, and so does all where others put something into it.
gw_exchange() {
  gw_archive_unmounted
  if gw_archive_is_ours "$gw_path"; then
    gw_swap_names "$gw_new" "$gw_path" ||
      { gw_move "$gw_path" "$gw_path.groundwork-old" && gw_move "$gw_new" "$gw_path"; }
  else
    { { [ ! -e "$gw_path" ] && [ ! -L "$gw_path" ]; } || rmdir -- "$gw_path" 2>/dev/null || gw_archive_aside "$gw_path"; } &&
      gw_move "$gw_new" "$gw_path"
  fi && gw_sync "$gw_dir/"
}

gw_archive_aside() { # PATH
  gw_others=\${gw_others%%"$gw_nl"*}
  gw_set_aside "$1" "\${gw_others:+, with $gw_others, which is not from the archive}"
}

gw_archive_remove() { # PATH
  gw_place "$1"
  [ ! -f "$1/$gw_stamp" ] || gw_archive_unmounted
  if gw_archive_is_ours "$1"; then
    gw_said=$(gw_remove_tree "$1" 2>&1) || gw_refuse 73 "$1 was not removed whole: $gw_said"
    gw_sync "$gw_dir/"
  elif [ -n "$gw_others" ]; then
    gw_archive_aside "$1" && gw_sync "$gw_dir/"
  elif [ -e "$1" ]; then
    echo "left: $1 is not from an archive"
  fi
}
`;
