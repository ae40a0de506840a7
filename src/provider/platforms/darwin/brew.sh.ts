import { sh } from "../posix/sh.ts";

/** Homebrew without questions, as the account that owns it, one groundwork at a time. */
export const brew = sh`
# Sets gw_brew, gw_brew_prefix and gw_brew_owner.
gw_brew_find() {
  for gw_brew in /opt/homebrew/bin/brew /usr/local/bin/brew; do
    [ -x "$gw_brew" ] || continue
    gw_brew_prefix=\${gw_brew%/bin/brew}
    gw_brew_owner=$(stat -L -f %Su "$gw_brew") && return
  done
  echo "this Mac has no Homebrew in /opt/homebrew or /usr/local: log in as an unprivileged administrator, install it as https://brew.sh says, and run again" >&2
  return 69
}

# What it installs belongs to its owner, and it refuses to run as root (MM-14).
gw_brew_need() {
  gw_brew_find || return
  [ "$gw_brew_owner" = root ] || return 0
  echo "Homebrew in $gw_brew_prefix belongs to root, and refuses to run as root (MM-14): give it to an unprivileged account (chown -R ACCOUNT:admin $gw_brew_prefix) and run again" >&2
  return 77
}

# What it installs is for everybody, and the helper's umask is not.
gw_brew_run() (
  umask 022
  sudo -n -H -u "$gw_brew_owner" -- env HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_ANALYTICS=1 HOMEBREW_NO_ENV_HINTS=1 \
    HOMEBREW_NO_INSTALL_CLEANUP=1 HOMEBREW_NO_INSTALL_UPGRADE=1 HOMEBREW_NO_AUTOREMOVE=1 HOMEBREW_NO_COLOR=1 \
    HOMEBREW_NO_EMOJI=1 NONINTERACTIVE=1 "$gw_brew" "$@" </dev/null
)

gw_brew_list() { gw_brew_need && gw_brew_run info --json=v2 --installed; }

# Those that are as their formula brought them, a line each: it keeps a copy beside its programs.
gw_brew_shipped() { # PATH...
  gw_brew_find 2>/dev/null || return 0
  for gw_path; do
    for gw_copy in "$gw_brew_prefix"/Cellar/*/*/.bottle/"\${gw_path#"$gw_brew_prefix"/}"; do
      cmp -s "$gw_copy" "$gw_path" || continue
      printf '%s\n' "$gw_path"
      break
    done
  done
}

# Several package sets of one host come at the same moment; Homebrew's own locks would only make one of them fail.
gw_brew_begin() { # LOCK_SECONDS
  gw_brew_need || return
  gw_brew_until=$(($(date +%s) + $1))
  gw_brew_lock=/var/run/groundwork-brew.lock
  until ln -sn "$$" "$gw_brew_lock" 2>/dev/null; do
    kill -0 "$(readlink "$gw_brew_lock")" 2>/dev/null || rm -f "$gw_brew_lock"
    sleep 0.3
  done
  trap 'rm -f "$gw_brew_lock"' EXIT
}

# Keeps what it says on standard error in gw_errors; its standard output passes on as it comes.
gw_brew_once() {
  { gw_errors=$(gw_brew_run "$@" 2>&1 >&3 3>&-); } 3>&1
}

# Waits for others that use Homebrew.
gw_brew_try() {
  until gw_brew_once "$@"; do
    case $gw_errors in
      *'has already locked'* | *'process is already running'* | *'Another active Homebrew'*) ;;
      *) return 1 ;;
    esac
    [ "$(date +%s)" -lt "$gw_brew_until" ] || return 1
    echo "waiting for another program that uses Homebrew"
    sleep 2
  done
}

# Formulae that are old miss new ones, and name files that are gone.
gw_brew_fresh() {
  gw_brew_try "$@" && return
  case $gw_errors in
    *'No available'* | *'No formulae or casks found'* | *unavailable* | *' 404'*)
      gw_brew_once update --quiet
      gw_brew_updated=$gw_errors
      gw_brew_try "$@" && return
      gw_errors="$gw_brew_updated$gw_nl$gw_errors"
      ;;
  esac
  printf '%s\n' "$gw_errors" >&2
  return 100
}

# Sets gw_type and gw_package.
gw_brew_named() { # NAME|cask:NAME
  gw_type=--formula gw_package=$1
  case $1 in cask:*) gw_type=--cask gw_package=\${1#cask:} ;; esac
}

gw_brew_has() { gw_brew_run list --versions "$gw_type" "$gw_package" >/dev/null 2>&1; }

gw_brew_install() { # LOCK_SECONDS NAME|NAME=VERSION...
  gw_brew_begin "$1" || return
  shift
  for gw_asked; do
    gw_brew_named "\${gw_asked%%=*}"
    case $gw_asked in
      *=*) gw_version=\${gw_asked#*=} && gw_brew_exactly && gw_brew_mark pin ;;
      *) gw_brew_fresh install "$gw_type" "$gw_package" ;;
    esac || return
  done
}

# As in JSON, where a formula's version and its revision are apart.
gw_brew_offers() {
  gw_told=$(gw_brew_run info --json=v2 "$gw_type" "$gw_package" 2>/dev/null)
  if [ "$gw_type" = --cask ]; then
    gw_brew_told casks.0.version
    return
  fi
  gw_stable=$(gw_brew_told formulae.0.versions.stable) || return
  gw_revision=$(gw_brew_told formulae.0.revision) && [ "$gw_revision" != 0 ] || gw_revision=
  printf '%s\n' "$gw_stable\${gw_revision:+_$gw_revision}"
}

# plutil says its errors where it says values.
gw_brew_told() { # PATH
  gw_value=$(printf '%s\n' "$gw_told" | plutil -extract "$1" raw -o - - 2>/dev/null) && printf '%s\n' "$gw_value"
}

# Whether it is the one that is asked for: of a formula that may leave the revision open.
gw_brew_is() { # VERSION
  [ "$1" != "$gw_version" ] || return 0
  [ "$gw_type" = --formula ] && [ "\${1%_*}" = "$gw_version" ] || return
  case \${1##*_} in *[!0-9]*) return 1 ;; esac
}

# A formula's link in opt is to the keg that is in use; the name may be one of a tap.
gw_brew_suits() {
  if [ "$gw_type" = --cask ]; then
    gw_there=$(gw_brew_run list --versions --cask "$gw_package" 2>/dev/null) && gw_brew_is "\${gw_there##* }"
    return
  fi
  gw_keg=$gw_brew_prefix/opt/\${gw_package##*/}
  [ -d "$gw_keg" ] && gw_keg=$(readlink "$gw_keg") && gw_brew_is "\${gw_keg##*/}"
}

# Homebrew has one version of each, and upgrades none that is pinned.
gw_brew_exactly() {
  ! gw_brew_suits || return 0
  gw_offered=$(gw_brew_offers)
  if [ -n "$gw_offered" ] && ! gw_brew_is "$gw_offered"; then
    echo "Homebrew offers $gw_package $gw_offered, not $gw_version: it keeps one version of each formula. Declare that one, '*', or a formula that has the version in its name, such as postgresql@16" >&2
    return 70
  fi
  if ! gw_brew_has; then
    gw_brew_fresh install "$gw_type" "$gw_package"
    return
  fi
  gw_pinned=$(gw_brew_is_pinned)
  [ "$gw_pinned" != true ] || gw_brew_mark unpin || return
  gw_brew_fresh upgrade "$gw_type" "$gw_package" && return
  [ "$gw_pinned" != true ] || gw_brew_mark pin
  return 100
}

# true, false, or nothing: Homebrew pins casks since 5.1.12, and tells nothing of pins before.
gw_brew_is_pinned() {
  gw_told=$(gw_brew_run info --json=v2 "$gw_type" "$gw_package" 2>/dev/null)
  if [ "$gw_type" = --cask ]; then gw_brew_told casks.0.pinned; else gw_brew_told formulae.0.pinned; fi
}

# Pinned, no upgrade of others takes it along.
gw_brew_mark() { # pin|unpin
  if [ "$gw_type" = --formula ]; then
    gw_brew_do "$1" "$gw_package"
  elif [ -n "$(gw_brew_is_pinned)" ]; then
    gw_brew_do "$1" --cask "$gw_package"
  fi
}

gw_brew_do() {
  gw_brew_try "$@" && return
  printf '%s\n' "$gw_errors" >&2
  return 100
}

# Never takes away what others need; configuration and data stay.
gw_brew_remove() { # LOCK_SECONDS HELD NAME...: names with blanks between them, to be upgraded again
  gw_brew_begin "$1" || return
  for gw_asked in $2; do
    gw_brew_named "$gw_asked"
    ! gw_brew_has || gw_brew_mark unpin || return
  done
  shift 2
  for gw_asked; do
    gw_brew_named "$gw_asked"
    gw_others=
    gw_brew_has || continue
    if [ "$gw_type" = --formula ]; then
      gw_others=$(gw_brew_run uses --installed "$gw_package" 2>/dev/null)
      for gw_also; do gw_others=$(printf '%s\n' "$gw_others" | grep -vxF -e "$gw_also"); done
    fi
    if [ -n "$gw_others" ]; then
      echo "keeps $gw_package, which others need:" $gw_others
      continue
    fi
    [ "$(gw_brew_is_pinned)" != true ] || gw_brew_mark unpin || return
    gw_brew_do uninstall "$gw_type" "$gw_package" || return
  done
}

# As the superuser of a cluster: where none is named, Homebrew's owner, who made it.
gw_as_owner() { # USER COMMAND...
  gw_user=$1
  shift
  if [ -z "$gw_user" ]; then gw_brew_find && gw_user=$gw_brew_owner || return; fi
  gw_as "$gw_user" "$@"
}

# PostgreSQL of a given version is keg-only: its psql is on no path. The newest one there is.
gw_psql() { # USER ARGUMENT...
  gw_superuser=$1
  shift
  gw_psql=$(command -v psql)
  if [ -z "$gw_psql" ]; then
    for gw_file in /opt/homebrew/opt/postgresql@*/bin/psql /usr/local/opt/postgresql@*/bin/psql /opt/homebrew/opt/libpq/bin/psql; do
      [ ! -x "$gw_file" ] || gw_psql=$gw_file
    done
  fi
  [ -n "$gw_psql" ] || { echo 'psql: command not found' >&2; return 127; }
  gw_as_owner "$gw_superuser" "$gw_psql" "$@"
}
`;
