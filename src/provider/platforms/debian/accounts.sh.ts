import { sh, source } from "../posix/sh.ts";

/** With no more than the user's own rights. */
const asUser = sh`
gw_as() { # USER COMMAND...
  gw_user=$1
  shift
  setpriv --reuid="$gw_user" --regid="$(id -g "$gw_user")" --init-groups --no-new-privs "$@"
}
`;

/** Users and groups as getent shows them. */
const changes = sh`
gw_home_of() { getent passwd "$1" | cut -d: -f6; } # NAME

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
`;

const undo = sh`
gw_memberships() { # NAME
  getent group | awk -F: -v name="$1" '{ n = split($4, member, ","); for (i = 1; i <= n; i++) if (member[i] == name) print $1 }'
}

# As a script: what gives the account that this connection logged in as back what it has now, but for number and home.
gw_login_undo() {
  IFS=: read -r gw_name gw_password gw_uid gw_gid gw_comment gw_home gw_shell <<end
$(getent passwd "$(gw_login)")
end
  gw_keys_undo "$gw_name" "$gw_home" || return
  printf "usermod --%s %s -- $gw_name\n" gid "$gw_gid" groups "'$(gw_memberships "$gw_name" | paste -sd , -)'" \
    shell "$(gw_quote "$gw_shell")" comment "$(gw_quote "$gw_comment")"
  case $(getent shadow "$gw_name" | cut -d: -f2) in '' | '!'* | '*'*) ;; *) echo "usermod --unlock -- $gw_name" ;; esac
}
`;

export const accounts: string = asUser + source("gw_as_source", asUser) + changes + undo;
