import { sh } from "../posix/sh.ts";

/** Dead-man switches as launchd daemons that sleep: a boot starts their time anew. */
export const guard = sh`
gw_guard_start_launchd() { # NAME SECONDS
  gw_label=dev.groundwork.guard.$1
  gw_put 644 "/Library/LaunchDaemons/$gw_label.plist" <<end &&
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>$gw_label</string>
  <key>ProgramArguments</key>
  <array>
    <string>/bin/sh</string>
    <string>-c</string>
    <string>sleep $2; $(gw_guard_go "$1" | sed 's/&/\&amp;/g')</string>
  </array>
  <key>RunAtLoad</key>
  <true/>
</dict>
</plist>
end
    { launchctl bootout "system/$gw_label" 2>/dev/null || true; } &&
    launchctl bootstrap system "/Library/LaunchDaemons/$gw_label.plist"
}

# Its script itself: the daemon is loaded also while it sleeps, and after a boot that came in between.
gw_guard_runs_launchd() { pgrep -f "^[^ ]*sh $1[.]fired\$" >/dev/null; } # NAME

# The way out of all of it, as a script; its end is the end of the switch itself.
gw_guard_clean_launchd() { # NAME
  cat <<end
rm -f /Library/LaunchDaemons/dev.groundwork.guard.$1.plist
launchctl bootout system/dev.groundwork.guard.$1 2>/dev/null || true
end
}
`;
