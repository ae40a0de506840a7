import { sh } from "./sh.ts";

/**
 * Several files as one: all are written beside their targets and judged before the first is live; what does not become
 * healthy is put back. While `unfinished/NAME` is there, a run ended half-way, and it holds what to go back to.
 */
export const configurationLibrary = sh`
# ROOT and the commands, as shell words, may be empty; PATHs are those to drop. On standard input: how many files there
# are, their paths, then those to write, as gw_receive reads them.
gw_configuration_apply() { # NAME ROOT VALIDATE ACTIVATE HEALTHY SECONDS STEADY [PATH...]
  gw_name=$1 gw_root=$2 gw_validate=$3 gw_activate=$4 gw_healthy=$5 gw_seconds=$6 gw_steady=$7
  shift 7
  exec 3>&1
  gw_dropped=$(for gw_path; do gw_is_anothers "$gw_path" "$gw_name" >&3 || printf '%s\n' "$gw_path"; done)
  gw_old=/var/lib/groundwork/unfinished/$gw_name
  gw_tree=/var/lib/groundwork/staged/$gw_name
  umask 077
  mkdir -p "\${gw_old%/*}" "\${gw_tree%/*}" || return
  gw_written=
  trap gw_configuration_tidy EXIT

  gw_configuration_paths
  while gw_receive; do
    gw_written=$gw_written$gw_expected' '$gw_digest' '$gw_path$gw_nl
    gw_compare
  done
  gw_judge_staged
  gw_why=$({ gw_configuration_keep && gw_swap && gw_judge_live; } 2>&1 >&3) || gw_roll_back "$gw_why" ''
  gw_why=$(gw_take_in 2>&1 >&3) || gw_roll_back "$gw_why" "$gw_activate"
  gw_list_dropped | while IFS= read -r gw_path; do gw_unkeep "$gw_path"; done
  printf '%s\n' "$gw_all" | gw_record_write configuration "$gw_name" && rm -rf -- "$gw_old"
}

gw_configuration_paths() {
  read -r gw_count
  gw_all=
  while [ "$gw_count" -gt 0 ] && IFS= read -r gw_path; do
    gw_all=$gw_all$gw_path$gw_nl
    gw_count=$((gw_count - 1))
  done
  gw_all=\${gw_all%"$gw_nl"}
}

# A path goes to the configuration whose note names it; the one that had it before leaves it there.
gw_is_anothers() { # PATH NAME
  for gw_note in $(grep -lsxF -e "$1" "$gw_records/configuration/"*); do
    case $gw_note in
      "$gw_records/configuration/$2") ;;
      *) echo "left: $1 belongs to the configuration \${gw_note##*/}"; return 0 ;;
    esac
  done
  return 1
}

gw_list_dropped() { [ -z "$gw_dropped" ] || printf '%s\n' "$gw_dropped"; }

gw_touched() {
  printf %s "$gw_written" | sed 's/^[^ ]* [^ ]* //'
  gw_list_dropped
}

gw_configuration_tidy() {
  rm -rf -- "$gw_tree"
  gw_touched | while IFS= read -r gw_path; do
    gw_place "$gw_path"
    gw_discard
  done
}

# The tree as it would become, in a mount namespace where it stands at ROOT: absolute includes find the new files too.
gw_judge_staged() {
  gw_judged=
  [ -n "$gw_validate" ] && [ -n "$gw_root" ] && [ -d "$gw_root/" ] && unshare --mount true 2>/dev/null || return 0
  rm -rf -- "$gw_tree"
  gw_said=$({ mkdir "$gw_tree" && cp -a -- "$gw_root/." "$gw_tree/"; } 2>&1) ||
    gw_refuse 73 "$gw_root cannot be copied to judge the new files, nothing was changed: $gw_said ($(gw_free "\${gw_tree%/*}"))"
  if gw_touched | while IFS= read -r gw_path; do gw_stage || exit; done; then gw_judged=all; fi
  gw_said=$(eval "unshare --mount sh -c 'mount --bind \"\$1\" \"\$2\" && shift 2 && exec \"\$@\"' sh \"\$gw_tree\" \"\$gw_root\" $gw_validate" 2>&1 </dev/null) ||
    gw_refuse 78 "the new files are not valid, nothing was changed: $(gw_invalid)"
}

# Fails where a file lies outside the tree: then the live files are judged too.
gw_stage() {
  gw_rest=\${gw_path#"$gw_root"}
  [ "$gw_rest" != "$gw_path" ] && [ "\${gw_rest#/}" != "$gw_rest" ] || return
  gw_place "$gw_path"
  gw_was=$gw_kept$gw_path.groundwork
  gw_new=$gw_tree\${gw_rest%/*}/.groundwork.$gw_base.$$/new
  rm -rf -- "$gw_tree$gw_rest"
  if [ -e "$gw_new" ]; then
    gw_move "$gw_new" "$gw_tree$gw_rest"
  elif gw_is_kept "$gw_was"; then
    cp -a -- "$gw_was-original" "$gw_tree$gw_rest"
  fi
}

gw_invalid() { printf '%s\n' "correct what $gw_validate complains of, and run again; it said: $gw_said"; }

# Everything is kept before anything changes; from here on, a run that ends half-way is seen as such.
gw_configuration_keep() {
  gw_said=$({
    mkdir -p "$gw_old" &&
      printf '%s\n' "$gw_all" "$gw_dropped" | gw_record_write configuration "$gw_name" &&
      gw_touched | while IFS= read -r gw_path; do gw_configuration_keep_path || exit; done &&
      gw_sync "$gw_old" "\${gw_old%/*}"
  } 2>&1) || { echo "what stands there cannot be kept: $gw_said" >&2; return 1; }
}

# Also that a path was not ours before.
gw_configuration_keep_path() {
  gw_keep "$gw_path" "$gw_old" && { gw_is_noted "$gw_kept$gw_path.groundwork" || true >"$gw_old$gw_path.groundwork-taken"; }
}

gw_swap() {
  printf %s "$gw_written" | while read -r gw_expected gw_digest gw_path; do
    gw_place "$gw_path"
    gw_rename "f:$gw_digest" || exit
  done || return
  gw_list_dropped | while IFS= read -r gw_path; do
    gw_give_way "$gw_path" || exit
  done
}

gw_judge_live() {
  [ -n "$gw_validate" ] && [ "$gw_judged" != all ] || return 0
  gw_said=$(eval "$gw_validate" 2>&1 </dev/null) || { echo "the new files are not valid: $(gw_invalid)" >&2; return 1; }
}

gw_take_in() {
  [ -n "$gw_activate" ] || return 0
  (gw_probed=\${gw_healthy:+later}; eval "$gw_activate") </dev/null >&2 && gw_probe && (eval "$gw_steady") </dev/null >&2
}

# What a probe leaves running may hold its output for ever: that is a file, and no stream of the helper.
gw_probe() {
  [ -n "$gw_healthy" ] || return 0
  gw_until=$(($(date +%s) + gw_seconds))
  gw_heard=$gw_old/.groundwork-probe
  until eval "gw_within $gw_seconds $gw_healthy" >"$gw_heard" 2>&1 </dev/null 3>&-; do
    [ "$(date +%s)" -lt "$gw_until" ] || {
      gw_said=$(cat "$gw_heard" 2>/dev/null)
      echo "not healthy within $gw_seconds s; the probe said: \${gw_said:-nothing}; mend this and run again" >&2
      return 1
    }
    sleep 0.5
  done
}

# All that was kept goes back, also what an earlier, half-way run kept.
gw_roll_back() { # WHY ACTIVATE
  [ -d "$gw_old" ] || gw_refuse 78 "$1; nothing was put back: what stood there before is not in $gw_old"
  gw_left=$(
    gw_kept_in "$gw_old" | while IFS= read -r gw_path; do
      ! gw_is_anothers "$gw_path" "$gw_name" >&3 || continue
      if (gw_put_back "$gw_path" "$gw_old") 2>&1 >&3; then
        if [ -e "$gw_old$gw_path.groundwork-taken" ]; then gw_unkeep "$gw_path"; else gw_adopt "$gw_path"; fi
      else
        echo "($gw_path)"
      fi
    done
  )
  [ -z "$gw_left" ] || gw_refuse 78 "$1; then not all could be put back, what stood there is in $gw_old: $gw_left"
  rm -rf -- "$gw_old"
  gw_said=$(eval "$2" 2>&1 </dev/null) || gw_refuse 78 "rolled back: $1; the old files are back, but their service does not take them in: $gw_said"
  gw_refuse 78 "rolled back: $1"
}

# Files that were there before us, and as desired.
gw_configuration_adopt() { # NAME PATH...
  gw_name=$1
  shift
  gw_adopt "$@" || return
  printf '%s\n' "$@" | gw_record_write configuration "$gw_name"
}

gw_configuration_remove() { # NAME PATH...
  gw_name=$1
  shift
  for gw_path; do (gw_file_remove "$gw_path" "$gw_name") || return; done
  rm -rf -- "/var/lib/groundwork/unfinished/$gw_name"
  gw_record_remove configuration "$gw_name"
}
`;
