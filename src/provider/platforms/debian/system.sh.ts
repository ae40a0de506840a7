import { sh } from "../posix/sh.ts";

/** Kernel parameters and the host name: now, and after the next boot. */
export const system = sh`
# As sysctl(8) spells it: a slash in a key is a dot in the path, for interfaces such as eth0.100.
gw_sysctl_path() { printf '/proc/sys/%s' "$(printf %s "$1" | tr ./ /.)"; }
gw_sysctl_file() { printf '/etc/sysctl.d/60-groundwork-%s.conf' "$(printf %s "$1" | tr / .)"; }

# A line each: key, live value, kept value; base64, or - where there is none.
gw_sysctl_list() { # KEY...
  gw_boot=$(/usr/lib/systemd/systemd-sysctl --cat-config) || return
  for gw_key; do
    gw_live=- gw_kept=-
    gw_file=$(gw_sysctl_path "$gw_key")
    [ ! -r "$gw_file" ] || gw_live=$(base64 <"$gw_file" | tr -d '\n')
    gw_file=$(gw_sysctl_file "$gw_key")
    [ ! -f "$gw_file" ] || gw_kept=$({ gw_sysctl_later "$gw_key" | grep . || cat "$gw_file"; } | base64 | tr -d '\n')
    echo "$gw_key $gw_live $gw_kept"
  done
}

# A boot takes the last line for a key: prints it with its file where it says something else than ours. Dots and slashes
# change places where a dot comes first.
gw_sysctl_later() { # KEY
  printf '%s\n' "$gw_boot" | awk -v key="$1" -v ours="$gw_file" '
    function place(name) {
      match(name, /[.\/]/)
      if (substr(name, RSTART, 1) == "/") return name
      gsub(/\./, "\001", name); gsub("/", ".", name); gsub("\001", "/", name)
      return name
    }
    /^# \// { file = substr($0, 3); next }
    /^[ \t]*[#;]/ || !/=/ { next }
    {
      name = value = $0
      sub(/[ \t]*=.*/, "", name); sub(/^[ \t]*-?/, "", name)
      if (place(name) != place(key)) next
      sub(/^[^=]*=[ \t]*/, "", value); sub(/[ \t]+$/, "", value); gsub(/[ \t]+/, " ", value)
      if (file == ours) own = value
      line = $0; last = value; from = file
    }
    END { if (last != own) print line ", in " from }'
}

gw_sysctl_set() { # KEY VALUE
  gw_file=$(gw_sysctl_path "$1")
  if [ ! -e "$gw_file" ]; then
    echo "the kernel of this host has no parameter $1; check its spelling, and that the module it belongs to is loaded" >&2
    return 1
  fi
  printf '%s\n' "$2" >"$gw_file" || { echo "the kernel refuses $2 for $1" >&2; return 1; }
}

gw_sysctl_keep() { gw_put 644 "$(gw_sysctl_file "$1")"; } # KEY, the file on standard input
gw_sysctl_forget() { rm -f "$(gw_sysctl_file "$1")"; }    # KEY

gw_hostname_list() {
  printf 'live %s\n' "$(uname -n)"
  printf 'kept %s\n' "$(grep -v '^#' /etc/hostname 2>/dev/null | head -n 1)"
  sed -n 's/#.*//; s/^127\.0\.1\.1[[:space:]][[:space:]]*/resolved /p' /etc/hosts
}

gw_hostname_set() { printf '%s\n' "$1" | gw_put 644 /etc/hostname && hostname "$1"; } # NAME

# The line of 127.0.1.1 is Debian's place for the machine's own names. The previous one gives way, and leaves its domain to
# a new one without; other names stay.
gw_hostname_resolve() { # NAME [SHORT]
  gw_hosts=$(awk -v names="$*" -v previous="$(gw_hostname_list | sed -n 's/^live //p; s/^kept //p' | tr '\n' ' ')" '
    function first(name) { sub(/\..*/, "", name); return name }
    function add(name) { if (!(name in has)) { has[name]; ours = ours " " name } }
    BEGIN {
      count = split(names, name, " ")
      for (i = 1; i <= count; i++) wanted[name[i]]
      for (i = split(previous, was, " "); i > 0; i--) if (first(was[i]) != "localhost") old[first(was[i])]
    }
    $1 != "127.0.1.1" { print; next }
    {
      comment = ours = others = ""
      if (at = index($0, "#")) { comment = " " substr($0, at); $0 = substr($0, 1, at - 1) }
      for (i = 2; i <= NF; i++) {
        if ($i in wanted) continue
        if (!(first($i) in old)) others = others " " $i
        else if (count == 1 && index($i, ".")) add(names substr($i, index($i, ".")))
      }
      if (!done++) for (i = 1; i <= count; i++) add(name[i])
      if (ours others != "") print "127.0.1.1" ours others comment
    }
    END { if (!done) print "127.0.1.1 " names }' /etc/hosts) || return
  printf '%s\n' "$gw_hosts" | gw_put 644 /etc/hosts
}
`;
