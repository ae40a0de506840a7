import { sh } from "./sh.ts";

/**
 * The way back of a job that is changed: while `before/NAME` is there, no start has succeeded since. A platform says which
 * files define a job (`gw_job_paths`), and has its service manager take in those that are back (`gw_job_took_back`).
 */
export const jobsLibrary = sh`
gw_job_before() { echo "$gw_records/before/$1"; } # NAME

# All that defines a job that runs, before it changes: whole, and once. Then where it listens, and how long that may take.
gw_job_keep() { # NAME SECONDS [PORT...]
  gw_before=$(gw_job_before "$1")
  [ ! -f "$gw_before/ready" ] || return 0
  rm -rf -- "$gw_before"
  { gw_job_paths "$1" && echo "$gw_records/jobs/$1"; } | while IFS= read -r gw_path; do
    gw_keep "$gw_path" "$gw_before" || exit
  done || return
  shift
  echo "$*" | gw_put 600 "$gw_before/ready"
}

# Answers what could not be put back.
gw_job_put_back() { # BASE
  gw_kept_in "$1" | while IFS= read -r gw_path; do
    # A folder of overrides went with them.
    ! gw_is_kept "$1$gw_path.groundwork" || (umask 022 && mkdir -p "\${gw_path%/*}")
    (gw_put_back "$gw_path" "$1") 2>&1 || echo "($gw_path)"
  done
}

# What somebody else defined under the name of a job that becomes ours now. What is not there any more was taken away by a
# run that ended half-way.
gw_job_take() { # NAME
  gw_others=$gw_records/replaced/$1
  gw_job_paths "$1" | while IFS= read -r gw_path; do
    [ ! -e "$gw_path" ] || { rm -f -- "$gw_others$gw_path.groundwork"-* && gw_keep "$gw_path" "$gw_others"; } || exit
  done
}

# With a job that is removed, what it took the place of comes back.
gw_job_give_way() { # NAME
  gw_others=$gw_records/replaced/$1
  [ -d "$gw_others" ] || return 0
  gw_left=$(gw_job_put_back "$gw_others")
  [ -z "$gw_left" ] || { printf '%s\n' "not all could be put back, what stood there is in $gw_others: $gw_left" >&2; return 1; }
  rm -rf -- "$gw_others"
}

gw_job_unkeep() { rm -rf -- "$(gw_job_before "$1")"; } # NAME

# 78: it did not start, and the one of before runs again.
gw_job_up() { # NAME gw_unit_up VERB UNIT SECONDS [PORT...]
  gw_job=$1 gw_named=$4 gw_before=$(gw_job_before "$1")
  shift
  if gw_why=$("$@" 2>&1); then gw_job_unkeep "$gw_job"; return; fi
  [ -f "$gw_before/ready" ] || { printf '%s\n' "$gw_why" >&2; return 1; }
  gw_ready=$(cat "$gw_before/ready")
  gw_then=$({ gw_job_back "$gw_job" >/dev/null && gw_unit_up restart "$gw_named" $gw_ready; } 2>&1) || {
    printf '%s\n' "$gw_named runs neither as it is defined now nor as it was before. Now: $gw_why" "As it was before: $gw_then" >&2
    return 1
  }
  printf '%s\n' "rolled back: $gw_named runs again as it was defined before. As it is defined now, $gw_why" >&2
  return 78
}

gw_job_back() { # NAME
  gw_before=$(gw_job_before "$1")
  if [ -f "$gw_before/ready" ]; then
    gw_left=$(gw_job_put_back "$gw_before")
    [ -z "$gw_left" ] || { printf '%s\n' "not all could be put back, what stood there is in $gw_before: $gw_left" >&2; return 1; }
    gw_job_took_back "$1" || return
    echo "; what was written of $1 is taken back"
  fi
  gw_job_unkeep "$1"
}
`;
