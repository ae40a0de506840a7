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

gw_brew_install() { # LOCK_SECONDS NAME|NAME=VERSION...
  gw_brew_begin "$1" || return
  shift
  for gw_package; do
    gw_version=
    case $gw_package in *=*) gw_version=\${gw_package#*=} gw_package=\${gw_package%%=*} ;; esac
    gw_type=--formula
    case $gw_package in cask:*) gw_type=--cask gw_package=\${gw_package#cask:} ;; esac
    if [ -z "$gw_version" ]; then
      gw_brew_fresh install "$gw_type" "$gw_package" || return
    else
      gw_brew_exactly || return
    fi
  done
}

gw_brew_offers() {
  gw_path=formulae.0.versions.stable
  [ "$gw_type" = --formula ] || gw_path=casks.0.version
  gw_told=$(gw_brew_run info --json=v2 "$gw_type" "$gw_package" 2>/dev/null | plutil -extract "$gw_path" raw -o - -) &&
    printf '%s\n' "$gw_told"
}

# Homebrew has one version of a formula. It is pinned, so that no upgrade of others takes it along.
gw_brew_exactly() {
  gw_verb=install
  ! gw_brew_run list --versions "$gw_type" "$gw_package" >/dev/null 2>&1 || gw_verb=upgrade
  gw_offered=$(gw_brew_offers)
  if [ -n "$gw_offered" ] && [ "\${gw_offered%%_*}" != "\${gw_version%%_*}" ]; then
    echo "Homebrew offers $gw_package $gw_offered, not $gw_version: it keeps one version of each formula. Declare that one, '*', or a formula that has the version in its name, such as postgresql@16" >&2
    return 70
  fi
  [ "$gw_verb" = install ] || [ "$gw_type" = --cask ] || gw_brew_run unpin "$gw_package" >/dev/null 2>&1
  gw_brew_fresh "$gw_verb" "$gw_type" "$gw_package" || return
  [ "$gw_type" = --cask ] || gw_brew_run pin "$gw_package" >/dev/null
}

# Never takes away what others need; configuration and data stay.
gw_brew_remove() { # LOCK_SECONDS NAME...
  gw_brew_begin "$1" || return
  shift
  for gw_package; do
    gw_type=--formula gw_others=
    case $gw_package in cask:*) gw_type=--cask gw_package=\${gw_package#cask:} ;; esac
    gw_brew_run list --versions "$gw_type" "$gw_package" >/dev/null 2>&1 || continue
    if [ "$gw_type" = --formula ]; then
      gw_others=$(gw_brew_run uses --installed "$gw_package" 2>/dev/null)
      for gw_asked; do gw_others=$(printf '%s\n' "$gw_others" | grep -vxF -e "$gw_asked"); done
    fi
    if [ -n "$gw_others" ]; then
      echo "keeps $gw_package, which others need:" $gw_others
      continue
    fi
    [ "$gw_type" = --cask ] || gw_brew_run unpin "$gw_package" >/dev/null 2>&1
    gw_brew_try uninstall "$gw_type" "$gw_package" || {
      printf '%s\n' "$gw_errors" >&2
      return 100
    }
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
