import { sh } from "../posix/sh.ts";

/** The unit files of jobs: read all at once, removed together. */
export const jobs = sh`
gw_job_env() { echo "/etc/groundwork/jobs/$1.env"; }

# Where \`systemctl edit\`, \`edit --runtime\` and \`set-property\` put what changes a unit.
gw_job_overrides() { # NAME
  for gw_dir in /etc/systemd/system /run/systemd/system /etc/systemd/system.control /run/systemd/system.control; do
    for gw_unit in "$1.service" "$1.timer"; do
      for gw_file in "$gw_dir/$gw_unit.d"/*.conf; do
        [ ! -e "$gw_file" ] || echo "$gw_file"
      done
    done
  done
}

gw_job_paths() { # NAME
  printf '%s\n' "/etc/systemd/system/$1.service" "/etc/systemd/system/$1.timer" "$(gw_job_env "$1")"
  gw_job_overrides "$1"
}

gw_job_took_back() { systemctl --quiet daemon-reload; }

# Lines of three words: name, what, value.
gw_job_files() { # NAME...
  for gw_name; do
    for gw_unit in "$gw_name.service" "$gw_name.timer"; do
      gw_file=/etc/systemd/system/$gw_unit
      [ ! -f "$gw_file" ] || echo "$gw_name $gw_unit :$(base64 <"$gw_file" | tr -d '\n')"
    done
    gw_file=$(gw_job_env "$gw_name")
    if [ -f "$gw_file" ]; then
      gw_digest=$(sha256sum <"$gw_file") || return
      echo "$gw_name environment :\${gw_digest%% *}:$(stat -c %a:%u "$gw_file")"
    fi
    gw_job_overrides "$gw_name" | while read -r gw_file; do echo "$gw_name override :$gw_file"; done
  done
}

gw_job_remove_overrides() { # NAME
  gw_job_overrides "$1" | while read -r gw_file; do
    rm -f "$gw_file" && rmdir --ignore-fail-on-non-empty "\${gw_file%/*}" || return
  done
}

# With the links of a start at boot, which \`systemctl disable\` leaves where the file was removed by hand.
gw_job_remove() { # NAME
  rm -f /etc/systemd/system/*.wants/"$1.service" /etc/systemd/system/*.wants/"$1.timer" \
    "/etc/systemd/system/$1.service" "/etc/systemd/system/$1.timer" "$(gw_job_env "$1")" &&
    gw_job_remove_overrides "$1" && gw_job_unkeep "$1" && gw_job_give_way "$1" || return
  rmdir /etc/groundwork/jobs /etc/groundwork 2>/dev/null || true # once they are empty
}
`;
