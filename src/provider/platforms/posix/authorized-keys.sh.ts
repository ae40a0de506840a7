import { sh, source } from "./sh.ts";

const writeKeys = sh`
# Standard input becomes ~/.ssh/authorized_keys, with no more than the user's own rights; nothing becomes no file.
gw_keys_write() { # NAME HOME
  gw_as "$1" sh -c '
    umask 077
    keys=$(cat)
    [ -n "$keys" ] || { [ ! -e "$1/.ssh/authorized_keys" ] || rm -f "$1/.ssh/authorized_keys"; exit; }
    cd "$1" && mkdir -p .ssh && chmod 700 .ssh && cd .ssh && printf "%s\n" "$keys" >authorized_keys.groundwork-new || exit
    { sync authorized_keys.groundwork-new || sync; } 2>/dev/null
    mv -f authorized_keys.groundwork-new authorized_keys' sh "$2"
}
`;

/** The keys that open an account, and those that did before us: root keeps them, and follows no link of the user's. */
const keepKeys = sh`
# As sshd reads it, which is as the user.
gw_keys_read() { # NAME HOME
  gw_as "$1" sh -c '[ ! -f "$1" ] || [ ! -r "$1" ] || cat -- "$1"' sh "$2/.ssh/authorized_keys" </dev/null
}

# What stood there before us is kept, once; but where the account was recorded nowhere, what somebody wrote since takes its place.
gw_account_keys() { # NAME recorded|found, the keys on standard input
  gw_keys=$(cat) && gw_home=$(gw_home_of "$1") && gw_was=$(gw_keys_read "$1" "$gw_home") || return
  gw_first=$gw_records/authorized-keys/$1
  [ "$2" = recorded ] || [ ! -e "$gw_first.ours" ] || [ "$gw_was" = "$(cat "$gw_first.ours")" ] || rm -f "$gw_first"
  [ -e "$gw_first" ] || printf '%s\n' "$gw_was" | gw_record_write authorized-keys "$1" || return
  printf '%s\n' "$gw_keys" | gw_record_write authorized-keys "$1.ours" || return
  printf '%s\n' "$gw_keys" | gw_keys_write "$1" "$gw_home"
}

# As a script: what brings back the keys of now.
gw_keys_undo() { # NAME HOME
  gw_keys=$(gw_keys_read "$1" "$2") || return
  gw_as_source && gw_keys_write_source || return
  printf "base64 $gw_decode <<end | gw_keys_write %s %s\n%s\nend\n" "$1" "$(gw_quote "$2")" "$(printf '%s\n' "$gw_keys" | base64)"
}

# Those from before us; without a home there is nowhere to put them.
gw_account_keys_back() { # NAME
  gw_first=$gw_records/authorized-keys/$1
  [ -e "$gw_first" ] || return 0
  gw_home=$(gw_home_of "$1") || return
  [ ! -d "$gw_home/" ] || gw_keys_write "$1" "$gw_home" <"$gw_first" || return
  rm -f "$gw_first" "$gw_first.ours"
}
`;

export const authorizedKeysLibrary: string = writeKeys + source("gw_keys_write_source", writeKeys) + keepKeys;
