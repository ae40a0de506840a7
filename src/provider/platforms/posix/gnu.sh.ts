import { sh } from "./sh.ts";

/** What the helper's library needs and POSIX does not have, as GNU spells it; platforms/darwin/bsd.sh.ts is the other spelling. */
export const gnuTools = sh`
# Paths a line on standard input. A line each: mode in hexadecimal, uid, gid, user, group, size, seconds of mtime, path.
gw_stat() { xargs -r -d '\n' stat --printf '%f:%u:%g:%U:%G:%s:%Y:%n\n' --; }
# Paths, a zero byte after each. What changes whenever somebody changes one of them: as exact as the file system has it.
gw_stat_changes() { xargs -r -0 stat --printf '%f:%u:%g:%s:%.9Y:%.9Z:%n\n' --; }
# "DIGEST  PATH" and a zero byte each.
gw_digests() { xargs -r -d '\n' sha256sum -z --; }
gw_sha256() { sha256sum; }

gw_sync() { sync -- "$@"; }
gw_sync_tree() { sync -f "$1"; }

gw_move() { mv -fT -- "$1" "$2"; } # FROM TO: TO is replaced in one step, never moved into
gw_swap_names() { mv --exchange -T -- "$1" "$2" 2>/dev/null; }
gw_remove_tree() { rm -rf --one-file-system -- "$1"; }

gw_chown() { chown -h -- "$1" "$2"; } # OWNER:GROUP PATH, a link itself
gw_chown_tree() { chown -R -h -- "$1" "$2"; }
# Of the working directory; the mode bounds what a list gives here.
gw_drop_access_list() { true; }
# Whether what is made in a directory gets the directory's group.
gw_gives_group() { [ -g "$1" ]; }
gw_immutable_hint='it may be immutable (lsattr shows it, chattr -i ends it)'

# Where something is mounted, a line each.
gw_mounts() { sed 's/^[^ ]* //; s/ .*//; s/\\040/ /g; s/\\011/'"$gw_tab"'/g; s/\\134/\\/g' /proc/self/mounts; }
gw_free() { df --output=avail,iavail -h -- "$1" | tail -n 1 | sed 's/^ *\([^ ]*\) *\([^ ]*\)$/\1 and \2 inodes are free/'; }

# Becomes a command with a process group of its own.
gw_grouped() { exec setsid "$@"; }

# With setuid and setgid, whoever made the archive.
gw_untar() { tar "$@" --no-same-owner; }
# The program besides tar that an archive needs.
gw_unpacker() { # FORMAT
  case $1 in tar.xz) echo xz ;; tar.zst) echo zstd ;; zip) echo unzip ;; esac
}
`;
