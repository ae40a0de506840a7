import { sh } from "../posix/sh.ts";

/** Users as getent shows them, and their authorized keys, touched with no more than the user's own rights. */
export const accounts = sh`
gw_as() { # USER COMMAND...
  gw_user=$1
  shift
  setpriv --reuid="$gw_user" --regid="$(id -g "$gw_user")" --init-groups --no-new-privs "$@"
}

# Of the password only whether it is locked: its first letter. Lines are "user", "password", "keys" with fields by colon.
gw_account_list() { # NAME...
  getent group | sed 's/^/group:/'
  for gw_name; do
    gw_entry=$(getent passwd "$gw_name") || continue
    echo "user:$gw_entry"
    echo "password:$gw_name:$(getent shadow "$gw_name" | cut -d: -f2 | cut -c1)"
    gw_keys=$(printf %s "$gw_entry" | cut -d: -f6)/.ssh/authorized_keys
    [ ! -f "$gw_keys" ] || echo "keys:$gw_name:$(gw_as "$gw_name" cat "$gw_keys" | base64 | tr -d '\n')"
  done
}

gw_account_names() { getent "$1" | cut -d: -f1; } # DATABASE

gw_group_users() { # GROUP
  gw_entry=$(getent group "$1") && gw_listed=$(getent passwd) || return
  printf '%s\n' "$gw_listed" | awk -F: -v gid="$(printf %s "$gw_entry" | cut -d: -f3)" '$4 == gid { print $1 }'
}

# With its home where that is its own: the home of daemon is /usr/sbin.
gw_account_move() { # NAME HOME OPTION...
  gw_name=$1 gw_new=$2
  shift 2
  set -- usermod --home "$gw_new" "$@" -- "$gw_name"
  gw_home=$(getent passwd "$gw_name" | cut -d: -f6)
  if [ "$(stat -c %u -- "$gw_home" 2>/dev/null)" = "$(id -u "$gw_name")" ]; then
    gw_account_rests "$gw_name" && gw_home_move "$gw_home" "$gw_new" "$@"
  else
    "$@"
  fi
}

# usermod asks too, but only once what runs has lost its files.
gw_account_rests() { # NAME
  gw_running=$(find /proc -maxdepth 1 -name '[0-9]*' -user "$1" -print -quit 2>/dev/null)
  [ -z "$gw_running" ] || { echo "the home of $1 was not moved: process \${gw_running##*/} runs as $1; end it, and run again" >&2; return 1; }
}

# userdel takes the group of the account's name along where nobody is in it: so root is, meanwhile.
gw_account_remove_alone() { # NAME OPTION...
  gw_name=$1 gw_guest=
  shift
  if getent group "$gw_name" >/dev/null && ! id -nG root | tr ' ' '\n' | grep -qxF "$gw_name"; then
    gpasswd --add root "$gw_name" >/dev/null || return
    gw_guest=root
  fi
  userdel "$@" -- "$gw_name"
  gw_code=$?
  [ -z "$gw_guest" ] || gpasswd --delete root "$gw_name" >/dev/null || return
  return "$gw_code"
}

gw_account_keys() { # NAME, the keys on standard input
  gw_home=$(getent passwd "$1" | cut -d: -f6)
  gw_as "$1" sh -c '
    umask 077
    cd "$1" && mkdir -p .ssh && chmod 700 .ssh &&
      cat >.ssh/authorized_keys.groundwork-new &&
      sync .ssh/authorized_keys.groundwork-new &&
      mv -f .ssh/authorized_keys.groundwork-new .ssh/authorized_keys' sh "$gw_home"
}
`;
