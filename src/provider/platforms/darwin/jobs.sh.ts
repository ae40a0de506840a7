import { sh } from "../posix/sh.ts";

/** Property lists of jobs, their secrets and their logs. */
export const jobs = sh`
gw_job_plist() { echo "/Library/LaunchDaemons/dev.groundwork.$1.plist"; }
gw_job_env() { echo "/etc/groundwork/jobs/$1.env"; }
gw_job_log() { echo "/Library/Logs/groundwork/$1.log"; }

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
  gw_put 644 "$(gw_job_plist "$1")" && gw_rotation_keep
}

gw_job_env_write() { # NAME USER, the environment on standard input
  gw_file=$(gw_job_env "$1")
  (umask 022 && mkdir -p "\${gw_file%/*}") && gw_put 600 "$gw_file" && chown "$2" "$gw_file"
}

# The log stays: it tells why a daemon was removed. Its user's number may become another's.
gw_job_remove() { # NAME
  rm -f "$(gw_job_plist "$1")" "$(gw_job_env "$1")"
  for gw_log in "$(gw_job_log "$1")" "$(gw_job_log "$1").1"; do
    [ ! -f "$gw_log" ] || chown 0 "$gw_log"
  done
  rmdir /etc/groundwork/jobs /etc/groundwork 2>/dev/null
  grep -qs /Library/Logs/groundwork /Library/LaunchDaemons/dev.groundwork.*.plist || gw_rotation_end
}

# newsyslog would move a log away from under a program that keeps it open. launchd opens it for appending: it is copied, and
# emptied in place.
gw_rotation=/Library/LaunchDaemons/dev.groundwork-logs.plist
gw_rotation_keep() {
  [ ! -f "$gw_rotation" ] || return 0
  gw_put 644 "$gw_rotation" <<'END' && { launchctl bootstrap system "$gw_rotation" 2>/dev/null || true; }
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>dev.groundwork-logs</string>
	<key>ProgramArguments</key>
	<array>
		<string>/bin/sh</string>
		<string>-c</string>
		<string>for log in /Library/Logs/groundwork/*.log; do [ "$(stat -f %z "$log")" -lt 52428800 ] || { cp -p "$log" "$log.1" &amp;&amp; : >"$log"; }; done</string>
	</array>
	<key>StartInterval</key>
	<integer>3600</integer>
</dict>
</plist>
END
}

gw_rotation_end() {
  [ -f "$gw_rotation" ] || return 0
  launchctl bootout system/dev.groundwork-logs 2>/dev/null
  rm -f "$gw_rotation"
}
`;
