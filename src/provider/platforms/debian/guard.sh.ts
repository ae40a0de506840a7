import { sh } from "../posix/sh.ts";

/** Dead-man switches as timers that are enabled: a boot starts their time anew. */
export const guard = sh`
gw_guard_start_systemd() { # NAME SECONDS
  gw_unit=groundwork-guard-$1
  gw_put 644 "/etc/systemd/system/$gw_unit.service" <<end &&
[Unit]
Description=Takes back a change of $1 that nobody confirmed

[Service]
Type=oneshot
ExecStart=/bin/sh -c '$(gw_guard_go "$1")'
end
    gw_put 644 "/etc/systemd/system/$gw_unit.timer" <<end &&
[Unit]
Description=Waits for a new connection after a change of $1

[Timer]
OnActiveSec=$2
AccuracySec=100ms

[Install]
WantedBy=timers.target
end
    systemctl --quiet --no-reload enable "$gw_unit.timer" && systemctl daemon-reload && systemctl restart "$gw_unit.timer"
}

gw_guard_runs_systemd() { # NAME
  [ "$(systemctl show -p ActiveState --value "groundwork-guard-$1.service")" = activating ]
}

# The way out of all of it, as a script.
gw_guard_clean_systemd() { # NAME
  cat <<end
systemctl --quiet stop groundwork-guard-$1.timer
rm -f /etc/systemd/system/groundwork-guard-$1.* /etc/systemd/system/timers.target.wants/groundwork-guard-$1.timer
systemctl daemon-reload
end
}
`;
