import { sh } from "../posix/sh.ts";

/** Property lists of jobs, their secrets and their logs. */
export const jobs = sh`
gw_job_plist() { echo "/Library/LaunchDaemons/dev.groundwork.$1.plist"; }
gw_job_env() { echo "/etc/groundwork/jobs/$1.env"; }
gw_job_log() { echo "/Library/Logs/groundwork/$1.log"; }

gw_job_paths() { gw_job_plist "$1" && gw_job_env "$1"; } # NAME

# The log is its user's, who may have been another.
gw_job_took_back() { # NAME
  [ -f "$(gw_job_plist "$1")" ] || return 0
  gw_user=$(sed -n "/^$gw_tab<key>UserName</ { n; s/.*<string>\(.*\)<.*/\1/p; }" "$(gw_job_plist "$1")")
  chown "\${gw_user:-0}" "$(gw_job_log "$1")"
}

# Lines of three words: name, what, value.
gw_job_files() { # NAME...
  for gw_name; do
    gw_file=$(gw_job_plist "$gw_name")
    [ ! -f "$gw_file" ] || echo "$gw_name \${gw_file##*/} :$(base64 <"$gw_file" | tr -d '\n')"
    gw_file=$(gw_job_env "$gw_name")
    if [ -f "$gw_file" ]; then
      gw_digest <"$gw_file" || return
      echo "$gw_name environment :$gw_sum:$(stat -f '%Lp:%Su' "$gw_file")"
    fi
  done
}

# launchd opens the log with the rights of the user.
gw_job_write() { # NAME USER, the property list on standard input
  gw_log=$(gw_job_log "$1")
  (umask 022 && mkdir -p "\${gw_log%/*}") && true >>"$gw_log" && chmod 640 "$gw_log" && chown "$2" "$gw_log" || {
    echo "its log $gw_log cannot be made; declare the User $2 and make this depend on it" >&2
    return 1
  }
  gw_put 644 "$(gw_job_plist "$1")"
}

gw_job_env_write() { # NAME USER, the environment on standard input
  gw_file=$(gw_job_env "$1")
  (umask 022 && mkdir -p "\${gw_file%/*}") && gw_put 600 "$gw_file" && chown "$2" "$gw_file"
}

# The log stays: it tells why a daemon was removed. Its user's number may become another's.
gw_job_remove() { # NAME
  rm -f "$(gw_job_plist "$1")" "$(gw_job_env "$1")"
  gw_job_unkeep "$1" && gw_job_give_way "$1" || return
  gw_log=$(gw_job_log "$1")
  [ ! -f "$gw_log" ] || chown 0 "$gw_log"
  rmdir /etc/groundwork/jobs /etc/groundwork 2>/dev/null || true
}
`;
