import { sh } from "./sh.ts";

/** The serving loop and the host lock; POSIX shell, for dash, bash, busybox and macOS alike. */
export const helper = sh`
gw_nl='
'
gw_tab=$(printf '\t')

# A request is "KIND ID SIZE WORDS" and then SIZE characters of base64, the command's standard input; a short text is one
# of the words, for gw_given. It is read whole before the command starts, so a cut connection never shows a command half of
# its input, and the stream stays in step. With "+" before SIZE it is big, and flows to a command that knows half from whole.
gw_serve() { # NONCE
  gw_nonce=$1
  trap gw_leave EXIT
  trap 'exit 1' HUP INT TERM PIPE
  gw_detect
  gw_streams=apart
  [ ! -t 2 ] || gw_streams=merged
  printf '%s:ready %s %s\n' "$gw_nonce" "$$" "$gw_streams"
  while read -r gw_kind gw_id gw_size gw_words; do
    gw_payload=
    case $gw_size in
      0 | +*) ;;
      *)
        gw_payload=$(gw_exact "$gw_size")
        [ "\${#gw_payload}" = "$gw_size" ] || exit 1
        ;;
    esac
    case $gw_kind in
      request) gw_answer ;;
      long) gw_stream ;;
      exec) eval "exec $gw_words" ;;
      *) exit 0 ;;
    esac
  done
}

# Tools differ: head and dd may read more than they pass on, and BSD's cannot read nothing; base64 spells its option in two ways.
gw_detect() {
  if [ "$(printf abc | { head -c 1 >/dev/null 2>&1; cat; })" = bc ]; then
    gw_exact() { [ "$1" = 0 ] || exec head -c "$1"; }
  elif [ "$(printf abc | dd bs=9 count=1 iflag=fullblock 2>/dev/null)" = abc ]; then
    gw_exact() { gw_exact_blocks 1048576 $(($1 / 1048576)) && gw_exact_blocks $(($1 % 1048576)) 1; }
  else
    gw_exact() { gw_exact_reads "$1"; }
  fi
  gw_decode=-d
  [ "$(printf YQ== | base64 -d 2>/dev/null)" = a ] || gw_decode=-D
}

# dd holds a whole block in memory.
gw_exact_blocks() { # BYTES COUNT
  [ $(($1 * $2)) = 0 ] || dd bs="$1" count="$2" iflag=fullblock 2>/dev/null
}

# Reads no more than is wanted, and again where a read brought less; dd says how much came, in every spelling of it.
gw_exact_reads() { # BYTES
  gw_want=$1
  while [ "$gw_want" -gt 0 ]; do
    gw_block=$gw_want
    [ "$gw_block" -le 1048576 ] || gw_block=1048576
    gw_came=$(dd bs="$gw_block" count=1 2>&1 >&6 | sed -n 's/^\([0-9][0-9]*\) bytes.*/\1/p')
    [ "\${gw_came:-0}" -gt 0 ] || return
    gw_want=$((gw_want - gw_came))
  done 6>&1
}

# At a pipeline's end the bash of macOS, 3.2, leaves a function without its EXIT trap, but not a subshell.
gw_eval() {
  case $gw_size in
    0) eval "$gw_words" </dev/null ;;
    +*) gw_exact "\${gw_size#+}" | base64 "$gw_decode" | gw_eval_drained ;;
    *) printf %s "$gw_payload" | base64 "$gw_decode" | (eval "$gw_words") ;;
  esac
}

# What a command leaves of its input would be taken for the next request.
gw_eval_drained() {
  (eval "$gw_words")
  gw_code=$?
  cat >/dev/null
  return "$gw_code"
}

# Runs a command with that standard input.
gw_given() { # TEXT COMMAND...
  gw_text=$1
  shift
  printf %s "$gw_text" | ("$@")
}

# Answers with standard output as it comes, "NONCE ID CODE LENGTH", and LENGTH bytes: standard error. A process costs more
# than most of what it does: the one that holds standard error is the only one.
gw_answer() {
  exec 4>&1
  gw_said=$(gw_eval 2>&1 >&4 4>&-)
  gw_code=$?
  exec 4>&-
  printf '%s %s %s %s\n%s' "$gw_nonce" "$gw_id" "$gw_code" "\${#gw_said}" "$gw_said"
}

# Passes both streams on as they come; the nonce ends each.
gw_stream() {
  (gw_eval)
  gw_code=$?
  [ "$gw_streams" = merged ] || printf '%s %s %s\n' "$gw_nonce" "$gw_id" "$gw_code" >&2
  printf '%s %s %s\n' "$gw_nonce" "$gw_id" "$gw_code"
}

# The host lock is a symbolic link, made in one step, that names the helper's process and its owner.
gw_lock_path() {
  if [ -d /run ]; then echo /run/groundwork.lock; else echo /var/run/groundwork.lock; fi
}

# Takes the lock and keeps it until this helper ends; 75 when it is still held by another after SECONDS.
gw_lock() { # OWNER [SECONDS]
  gw_lock_file=$(gw_lock_path)
  gw_until=$(($(date +%s) + \${2:-60}))
  until ln -sn "$$:$1" "$gw_lock_file" 2>/dev/null; do
    if ! gw_holder=$(readlink "$gw_lock_file"); then
      ln -sn "$$:$1" "$gw_lock_file" && break
      [ -L "$gw_lock_file" ] || return 1
      continue
    fi
    gw_pid=\${gw_holder%%:*}
    [ "$gw_pid" != "$$" ] || return 0
    if ! kill -0 "$gw_pid" 2>/dev/null; then
      gw_lock_break "$gw_holder"
    else
      gw_lock_wait || return
    fi
  done
  gw_lock_alone || { gw_leave; return 75; }
}

gw_lock_wait() {
  [ "$(date +%s)" -lt "$gw_until" ] && sleep 0.2 && return
  echo "$gw_lock_file is held by \${gw_holder#*:} (process $gw_pid)" >&2
  return 75
}

# Waits for the long commands that outlive the connection of who had the lock before.
gw_lock_alone() {
  for gw_held in "$gw_lock_file".long.*; do
    gw_pid=\${gw_held##*.}
    while gw_holder=:$(readlink "$gw_held" 2>/dev/null); do
      if kill -0 "$gw_pid" 2>/dev/null; then gw_lock_wait || return; else rm -f "$gw_held"; fi
    done
  done
}

# Runs a long command, in a helper of its own, as one of those that hold the lock. The mark comes first: whoever takes the
# lock sees it, or this sees that the lock is gone.
gw_holding() { # OWNER COMMAND...
  gw_lock_file=$(gw_lock_path)
  gw_lock_owner=$1
  shift
  ln -sfn "$gw_lock_owner" "$gw_lock_file.long.$$" || return
  case $(readlink "$gw_lock_file" 2>/dev/null) in
    *":$gw_lock_owner") ("$@") ;;
    *) echo "$gw_lock_file is not held any more by $gw_lock_owner: nothing was done" >&2; (exit 75) ;;
  esac
  gw_code=$?
  rm -f "$gw_lock_file.long.$$"
  return "$gw_code"
}

# One at a time, or the second to see a dead holder would remove the lock of the first.
gw_lock_break() { # HOLDER
  if ln -sn "$$" "$gw_lock_file.break" 2>/dev/null; then
    [ "$(readlink "$gw_lock_file")" != "$1" ] || rm -f "$gw_lock_file"
    rm -f "$gw_lock_file.break"
  else
    kill -0 "$(readlink "$gw_lock_file.break")" 2>/dev/null || rm -f "$gw_lock_file.break"
    sleep 0.1
  fi
}

gw_leave() {
  gw_lock_file=$(gw_lock_path)
  rm -f "$gw_lock_file.long.$$"
  case $(readlink "$gw_lock_file" 2>/dev/null) in
    "$$:"*) rm -f "$gw_lock_file" ;;
  esac
}
`;
