import { sh } from "../posix/sh.ts";

/** apt without questions, one groundwork at a time, waiting for others that use it. */
export const apt = sh`
# Configuration files that somebody changed stay as they are.
gw_apt() { # COMMAND...
  DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o DPkg::Lock::Timeout="$gw_wait" -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" 9>&-
}

# For apt to take packages away it need not know what else there is: in a twentieth of the time.
gw_apt_installed='-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache='

# Several package sets of one host come at the same moment.
gw_apt_begin() { # LOCK_SECONDS
  gw_wait=$1
  exec 9>/run/groundwork-apt.lock && flock 9 || return
  [ -n "$(dpkg --audit)$(ls /var/lib/dpkg/updates)" ] || return 0
  echo "packages were left half-way; configuring them first"
  gw_apt_try gw_apt --fix-broken install && return
  case $gw_errors in
    *"dpkg was interrupted"*) dpkg --force-confdef --force-confold --configure -a </dev/null && gw_apt --fix-broken install && return ;;
    *) printf '%s\n' "$gw_errors" >&2 ;;
  esac
  return 100
}

# What is there already in whichever version is not upgraded, only marked as asked for, or autoremove would take it. An
# exact version is held, so that no upgrade takes it along.
gw_apt_install() { # LOCK_SECONDS OPTION... PACKAGE|PACKAGE=VERSION...
  gw_apt_begin "$1" || return
  shift
  gw_any= gw_exact= gw_missing=
  for gw_package; do
    shift
    case $gw_package in
      -*) ;;
      *=*) gw_exact="$gw_exact \${gw_package%%=*}" gw_missing=yes ;;
      *)
        gw_any="$gw_any $gw_package"
        [ -z "$(gw_dpkg_there "$gw_package")" ] || continue
        gw_missing=yes
        ;;
    esac
    set -- "$@" "$gw_package"
  done
  [ -z "$gw_missing" ] || gw_apt_fetch "$@" || return
  gw_apt_mark manual $gw_any $gw_exact && gw_apt_mark hold $gw_exact
}

gw_apt_fetch() { # OPTION... PACKAGE...
  gw_fresh=
  if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
    gw_apt_update || return
    gw_fresh=yes
  fi
  gw_apt_try gw_apt install "$@" && return
  case $gw_fresh$gw_errors in
    yes*) ;;
    # Lists that are old miss new packages and name files that are gone.
    *"Unable to locate"* | *"no installation candidate"* | *"was not found"* | *"Failed to fetch"*)
      gw_apt_update || return
      gw_apt_try gw_apt install "$@" && return
      ;;
  esac
  printf '%s\n' "$gw_errors" >&2
  return 100
}

# Those that are there: without its lists apt knows no others.
gw_apt_mark() { # manual|auto|hold|unhold PACKAGE...
  gw_mark=$1
  shift
  [ $# = 0 ] || set -- $(gw_dpkg_there "$@")
  [ $# = 0 ] || gw_apt_try apt-mark -qq $gw_apt_installed "$gw_mark" "$@" && return
  printf '%s\n' "$gw_errors" >&2
  return 100
}

# Those that are whole, a line each.
gw_dpkg_there() { # NAME...
  dpkg-query --show --showformat='\${db:Status-Abbrev}|\${Package}\n' -- "$@" 2>/dev/null | sed -n 's/^.i |//p' | sort -u
}

# A line each of what dpkg has, and "auto" and the name of what came only as a dependency; other architectures' apart.
gw_dpkg_list() { # NAME...
  awk -v native="$(dpkg --print-architecture)" -v names=" $* " '
    { field[$1] = $2 }
    $1 == "Auto-Installed:" && $2 == 1 && field["Architecture:"] == native && index(names, " " field["Package:"] " ") {
      print "auto\t" field["Package:"]
    }' /var/lib/apt/extended_states 2>/dev/null
  dpkg-query --show --showformat='\${db:Status-Abbrev}\t\${Package}\t\${Version}\n' -- "$@"
}

# Those that are as their package brought them, a line each. Of a directory no mode is written down: packages set it in their
# scripts, so that it counts as theirs whatever it is.
gw_dpkg_shipped() { # PATH...
  for gw_path; do
    if [ -d "$gw_path" ]; then
      ! grep -qxF -e "$gw_path" /var/lib/dpkg/info/*.list || printf '%s\n' "$gw_path"
      continue
    fi
    gw_digest=$(md5sum <"$gw_path" 2>/dev/null) || continue
    ! grep -qxF -e " $gw_path \${gw_digest%% *}" /var/lib/dpkg/status || printf '%s\n' "$gw_path"
  done
}

# What keeps the lists from being fresh is told; those that are there may still do, unless another program is at them.
gw_apt_update() {
  gw_apt_try gw_apt update
  [ -z "$gw_errors" ] || printf '%s\n' "$gw_errors" >&2
  case $gw_errors in *"E: Could not get lock"*) return 100 ;; esac
}

# Keeps what it says on standard error in gw_errors; its standard output passes on as it comes.
gw_apt_once() { # COMMAND...
  { gw_errors=$("$@" 2>&1 >&3 3>&-); } 3>&1
}

# Waits for others that use apt: of its locks it waits by itself for dpkg's alone.
gw_apt_try() { # COMMAND...
  gw_until=$(($(date +%s) + gw_wait))
  until gw_apt_once "$@"; do
    case $gw_errors in *"E: Could not get lock"* | *"dpkg frontend lock was locked"*) ;; *) return 100 ;; esac
    [ "$(date +%s)" -lt "$gw_until" ] || return 100
    echo "waiting for another program that uses apt"
    sleep 1
  done
}

# Never takes away what was not asked for: a package that others need stays. Those that came only as a dependency may go.
gw_apt_remove() { # LOCK_SECONDS HELD AUTOMATIC PACKAGE...: names with blanks between them, to be upgraded again, or to go with what needs them
  gw_apt_begin "$1" && gw_apt_mark unhold $2 && gw_apt_mark auto $3 || return
  shift 3
  for gw_package; do
    shift
    case $(dpkg-query --show --showformat='\${db:Status-Status} \${Essential}' "$gw_package" 2>/dev/null) in
      '' | not-installed* | config-files*) ;;
      *yes) echo "keeps $gw_package: the system needs it" ;;
      *) set -- "$@" "$gw_package" ;;
    esac
  done
  [ $# -gt 0 ] || return 0
  gw_asked=$(printf '%s\n' "$@")
  if [ -z "$(gw_apt_others "$@")" ]; then
    gw_apt $gw_apt_installed remove "$@" || return 100
    return
  fi
  for gw_package; do
    gw_others=$(gw_apt_others "$gw_package")
    if [ -n "$gw_others" ]; then
      echo "keeps $gw_package, which others need:" $gw_others
    else
      gw_apt $gw_apt_installed remove "$gw_package" || return 100
    fi
  done
}

# What would go along with packages, though nobody asked for that, and somebody once asked for it.
gw_apt_others() { # PACKAGE...
  gw_along=$(gw_apt $gw_apt_installed --simulate remove "$@" | sed -n 's/^Remv \([^ :]*\).*/\1/p' | grep -vxF -e "$gw_asked")
  [ -z "$gw_along" ] || printf '%s\n' "$gw_along" | grep -vxF -e "$(apt-mark $gw_apt_installed showauto)"
}
`;
