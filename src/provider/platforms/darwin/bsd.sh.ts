import { sh } from "../posix/sh.ts";

/** What the helper's library needs and POSIX does not have, as macOS spells it; `posix/gnu.sh.ts` explains each. */
export const bsdTools = sh`
gw_stat() { tr '\n' '\0' | xargs -0 stat -f '%Xp:%u:%g:%Su:%Sg:%z:%m:%N' --; }
gw_stat_changes() { xargs -0 stat -f '%Xp:%u:%g:%z:%Fm:%Fc:%N' --; }
# shasum marks a line whose path it had to escape.
gw_digests() { tr '\n' '\0' | xargs -0 shasum -a 256 -- | sed '/^\\/ { s/^\\//; s/\\\\/\\/g; }' | tr '\n' '\0'; }
gw_sha256() { shasum -a 256; }

# fcntl 51 is F_FULLFSYNC: macOS keeps what fsync wrote in the drive's own memory.
gw_sync() {
  perl -e 'for (@ARGV) { open(my $file, "<", $_) && fcntl($file, 51, 0) || exit 1 }' -- "$@" 2>/dev/null || sync
}
gw_sync_tree() { sync; }

gw_move() { mv -fh -- "$1" "$2"; }
gw_swap_names() { false; }
gw_remove_tree() { rm -rfx -- "$1"; }

# Group 0 is called wheel here.
gw_chown() {
  case $1 in *:root) set -- "\${1%root}0" "$2" ;; esac
  chown -h -- "$1" "$2"
}
gw_chown_tree() {
  case $1 in *:root) set -- "\${1%root}0" "$2" ;; esac
  chown -R -h -- "$1" "$2"
}
gw_drop_access_list() { chmod -N .; }
gw_gives_group() { true; }
gw_immutable_hint='it may be locked (ls -lO shows uchg or schg; chflags nouchg ends it), or belong to the sealed system volume, which nobody can write'

# "DEVICE on PATH (OPTIONS)"; most of / is the volume Data, under either name.
gw_mounts() {
  gw_said=$(mount) && printf '%s\n' "$gw_said" |
    sed "s/ on \//$gw_tab\//; s/^[^$gw_tab]*$gw_tab//; s/ ([^()]*)\$//; s/^\/System\/Volumes\/Data\//\//"
}
gw_free() { df -h -- "$1" | awk 'END { print $4 " are free" }'; }

gw_grouped() {
  command -v perl >/dev/null || exec "$@"
  exec perl -e 'setpgrp; exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n"' -- "$@"
}

# Without an owner's number bsdtar drops setuid and setgid of what another one owned.
gw_untar() { tar "$@" --uid 0 --gid 0; }
# bsdtar brings xz and zip; zstd it asks of the program.
gw_unpacker() { # FORMAT
  case $1 in tar.zst) echo zstd ;; zip) echo unzip ;; esac
}
`;
