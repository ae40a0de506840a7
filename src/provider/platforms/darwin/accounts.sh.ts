import { sh, source } from "../posix/sh.ts";

/** With no more than the user's own rights. */
const asUser = sh`
gw_as() { # USER COMMAND...
  gw_user=$1
  shift
  sudo -n -H -u "$gw_user" -- "$@"
}
`;

const join = sh`
gw_memberships() { # of gw_name
  dscl . -list /Groups GroupMembership | awk -v user="$gw_name" '{ for (i = 2; i <= NF; i++) if ($i == user) print $1 }'
}

# All further groups, and no others.
gw_account_join() { # GROUP,GROUP...
  gw_wanted=$(printf %s "$1" | tr , '\n')
  for gw_each in $(gw_memberships); do
    printf '%s\n' "$gw_wanted" | grep -qxF "$gw_each" || dseditgroup -o edit -d "$gw_name" -t user "$gw_each" || return
  done
  for gw_each in $gw_wanted; do dseditgroup -o edit -a "$gw_name" -t user "$gw_each" || return; done
}
`;

/** Users and groups of the local directory node. */
const changes = sh`
# Lines with fields by colon: "group:NAME GID", "members:GROUP USER...", and of each user "user:NAME:BASE64" and "keys:NAME:BASE64".
gw_account_list() { # NAME...
  gw_group_list || return
  dscl . -list /Groups GroupMembership | sed 's/^/members:/'
  for gw_name; do
    if ! gw_entry=$(gw_user_entry "$gw_name" 2>&1); then
      case $gw_entry in *eDSRecordNotFound*) continue ;; esac
      printf '%s\n' "$gw_entry" >&2
      return 1
    fi
    echo "user:$gw_name:$(printf '%s\n' "$gw_entry" | base64 | tr -d '\n')"
    gw_keys=$(gw_user_says "$gw_name" NFSHomeDirectory)/.ssh/authorized_keys
    [ ! -f "$gw_keys" ] || echo "keys:$gw_name:$(gw_as "$gw_name" cat "$gw_keys" | base64 | tr -d '\n')"
  done
}

gw_group_list() { dscl . -list /Groups PrimaryGroupID | sed 's/^/group:/'; }

gw_user_entry() { # NAME
  dscl . -read "/Users/$1" UniqueID PrimaryGroupID NFSHomeDirectory UserShell RealName AuthenticationAuthority
}

gw_home_of() { gw_user_says "$1" NFSHomeDirectory; } # NAME

# A value with a blank in it stands on a line of its own.
gw_user_says() { dscl . -read "/Users/$1" "$2" 2>/dev/null | sed "1s/^$2://; s/^ //" | sed '/^$/d' | head -n 1; } # NAME ATTRIBUTE

gw_account_names() { dscl . -list "/$1" | sed 's/ .*//'; } # Users|Groups

# Of services, below those of people: macOS' upgrades take lower ones for its own, 300 to 304 at last.
gw_first_id=350

gw_free_id() { # TABLE ATTRIBUTE FROM
  gw_id=$3
  gw_taken=$(dscl . -list "/$1" "$2" | awk '{ print $NF }')
  while printf '%s\n' "$gw_taken" | grep -qx "$gw_id"; do gw_id=$((gw_id + 1)); done
  echo "$gw_id"
}

# dscl takes any number; what two records share is one account to the kernel.
gw_need_free() { # user|group NAME NUMBER
  case $1 in
    user) gw_listed=$(dscl . -list /Users UniqueID) gw_number_name=uid ;;
    group) gw_listed=$(dscl . -list /Groups PrimaryGroupID) gw_number_name=gid ;;
  esac || return
  gw_holder=$(printf '%s\n' "$gw_listed" | awk -v name="$2" -v number="$3" '$NF == number && $1 != name { print $1; exit }')
  [ -z "$gw_holder" ] || {
    echo "$1 $2 cannot have the number $3: it is that of $gw_holder; give another $gw_number_name, or leave it out" >&2
    return 1
  }
}

gw_gid_of() { # GROUP
  gw_wanted_group=$1
  [ "$1" != root ] || gw_wanted_group=wheel
  gw_gid=$(dscl . -list /Groups PrimaryGroupID | awk -v name="$gw_wanted_group" '$1 == name { print $2 }')
  [ -n "$gw_gid" ] || { echo "group '$1' does not exist; declare it as a Group that this depends on" >&2; return 1; }
}

# What is so already is left alone: macOS lets a remote login change some attributes only with full disk access.
gw_set_user() { # ATTRIBUTE VALUE
  [ "$(gw_user_says "$gw_name" "$1")" = "$2" ] || gw_with_disk_access dscl . -create "/Users/$gw_name" "$1" "$2"
}

gw_with_disk_access() { # COMMAND...
  gw_said=$("$@" 2>&1) && return
  case $gw_said in
    *eDSPermissionError* | *'not permitted'*)
      gw_said="$gw_said. macOS lets a remote login change and remove accounts only with full disk access: System Settings, General, Sharing, Remote Login, Allow full disk access for remote users" ;;
  esac
  echo "$gw_said" >&2
  return 1
}

# An account without a number, as a killed run leaves it, is made again. What is not given is empty.
gw_account_create() { # NAME system|regular home|homeless UID GROUP GROUPS COMMENT HOME SHELL
  gw_name=$1 gw_kind=$2 gw_make_home=$3 gw_uid=$4 gw_group=\${5:-$1} gw_groups=$6 gw_comment=$7 gw_home=$8 gw_shell=$9
  gw_from=501
  [ "$gw_kind" = regular ] || gw_from=$gw_first_id
  [ -n "$gw_uid" ] || gw_uid=$(gw_free_id Users UniqueID "$gw_from")
  gw_need_free user "$gw_name" "$gw_uid" || return
  gw_check_groups "$gw_groups" || return
  [ -n "$5" ] || gw_gid_of "$gw_group" 2>/dev/null || gw_group_create "$gw_group" "" "$gw_kind" || return
  gw_gid_of "$gw_group" || return
  if [ -z "$gw_home" ]; then
    gw_home=/Users/$gw_name
    [ "$gw_make_home" = home ] || gw_home=/var/empty
  fi
  dscl . -create "/Users/$gw_name" &&
    gw_set_user Password '*' &&
    gw_set_user RealName "$gw_comment" &&
    gw_set_user NFSHomeDirectory "$gw_home" &&
    gw_set_user UserShell "\${gw_shell:-/bin/sh}" &&
    gw_set_user PrimaryGroupID "$gw_gid" &&
    { [ "$gw_kind" = regular ] || gw_set_user IsHidden 1; } &&
    { [ -z "$gw_groups" ] || gw_account_join "$gw_groups"; } &&
    gw_set_user UniqueID "$gw_uid" || return
  [ "$gw_make_home" = homeless ] || gw_home_make
}

gw_home_make() {
  [ -d "$gw_home/" ] || (umask 022 && mkdir -p -- "\${gw_home%/*}" && mkdir -m 750 -- "$gw_home") || return
  chown -- "$gw_uid:$gw_gid" "$gw_home"
}

gw_check_groups() { # GROUP,GROUP...
  for gw_each in $(printf %s "$1" | tr , ' '); do gw_gid_of "$gw_each" || return; done
}

gw_account_change() { # NAME SETTING VALUE...
  gw_name=$1
  shift
  while [ "$#" -gt 0 ]; do
    gw_uid=$(gw_user_says "$gw_name" UniqueID)
    gw_home=$(gw_user_says "$gw_name" NFSHomeDirectory)
    case $1 in
      uid) gw_need_free user "$gw_name" "$2" && gw_set_user UniqueID "$2" && { [ ! -d "$gw_home/" ] || find -H "$gw_home" -user "$gw_uid" -exec chown -h "$2" {} +; } ;;
      group) gw_gid_of "$2" && gw_set_user PrimaryGroupID "$gw_gid" ;;
      groups) gw_check_groups "$2" && gw_account_join "$2" ;;
      comment) gw_set_user RealName "$2" ;;
      home)
        if gw_owns_home; then
          gw_home_move "$gw_home" "$2" gw_set_user NFSHomeDirectory "$2"
        else
          gw_set_user NFSHomeDirectory "$2"
        fi
        ;;
      shell) gw_set_user UserShell "$2" ;;
    esac || return
    shift 2
  done
}

# Accounts of services share folders of the system, such as /var/empty.
gw_owns_home() {
  case $gw_home in '' | / | /var/empty | /var/root) return 1 ;; esac
  [ -d "$gw_home/" ] && [ "$(stat -f %u "$gw_home")" = "$gw_uid" ]
}

gw_account_lock() { # NAME
  gw_name=$1
  dscl . -delete "/Users/$1" AuthenticationAuthority 2>/dev/null
  dscl . -delete "/Users/$1" ShadowHashData 2>/dev/null
  gw_set_user Password '*'
}

gw_account_remove() { # NAME destroy|keep with-group|alone
  gw_name=$1
  gw_home=$(gw_user_says "$1" NFSHomeDirectory)
  gw_uid=$(gw_user_says "$1" UniqueID)
  gw_gid=$(gw_user_says "$1" PrimaryGroupID)
  gw_account_join '' || return
  gw_with_disk_access dscl . -delete "/Users/$1" || return
  # With the group of its own name, where nobody else is in it.
  if [ "$3" = with-group ] && gw_gid_of "$1" 2>/dev/null && ! dscl . -list /Users PrimaryGroupID | grep -q " $gw_gid$"; then
    [ -n "$(dscl . -list /Groups GroupMembership | awk -v name="$1" '$1 == name && NF > 1')" ] || dseditgroup -q -o delete "$1"
  fi
  [ "$2" = keep ] || ! gw_owns_home || gw_remove_tree "$gw_home"
}

gw_group_create() { # NAME GID system|regular
  gw_number=$2
  [ -n "$gw_number" ] || [ "$3" = regular ] || gw_number=$(gw_free_id Groups PrimaryGroupID "$gw_first_id")
  [ -z "$gw_number" ] || gw_need_free group "$1" "$gw_number" || return
  dseditgroup -q -o create \${gw_number:+-i "$gw_number"} "$1"
}

gw_group_users() { # GROUP
  gw_gid_of "$1" && gw_listed=$(dscl . -list /Users PrimaryGroupID) || return
  printf '%s\n' "$gw_listed" | awk -v gid="$gw_gid" '$2 == gid { print $1 }'
}

# Whose primary group it is stays in it.
gw_group_change() { # NAME GID
  gw_need_free group "$1" "$2" && gw_gid_of "$1" || return
  for gw_each in $(gw_group_users "$1"); do
    gw_with_disk_access dscl . -create "/Users/$gw_each" PrimaryGroupID "$2" || return
  done
  dscl . -create "/Groups/$1" PrimaryGroupID "$2"
}
`;

const undo = sh`
# As a script: what gives the account that this connection logged in as back what it has now, but for number, home and password.
gw_login_undo() {
  gw_name=$(gw_login)
  gw_keys_undo "$gw_name" "$(gw_home_of "$gw_name")" && gw_join_source || return
  for gw_attribute in PrimaryGroupID UserShell RealName; do
    gw_value=$(gw_user_says "$gw_name" "$gw_attribute")
    printf 'dscl . -create /Users/%s %s %s\n' "$gw_name" "$gw_attribute" "$(gw_quote "$gw_value")"
  done
  echo "gw_name=$gw_name; gw_account_join '$(gw_memberships | paste -sd , -)'"
}
`;

export const accounts: string =
  asUser + source("gw_as_source", asUser) + join + source("gw_join_source", join) + changes + undo;
