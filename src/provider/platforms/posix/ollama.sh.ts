import { sh } from "./sh.ts";

/** A pull takes minutes to hours: its answer, a line of JSON each moment, becomes a line for each percent. */
export const ollamaLibrary = sh`
# Standard input: the request. 74: not pulled; standard error says why in Ollama's or curl's words.
gw_ollama_pull() { # SERVER
  curl -sSN --noproxy '*' --connect-timeout 10 --data-binary @- "$1/api/pull" 2>&1 | {
    gw_done= gw_error= gw_said=
    while IFS= read -r gw_line; do
      case $gw_line in
        '{"error":'*) gw_error=$gw_line ;;
        '{"status":"success"'*) gw_done=yes ;;
        *'"completed":'*) gw_ollama_percent ;;
        '{"status":'*) gw_ollama_tell "$(gw_ollama_field status)" ;;
        '{'*) ;;
        *) gw_error=$gw_line ;;
      esac
    done
    [ -n "$gw_done" ] || gw_refuse 74 "\${gw_error:-the answer ended before the pull was done}"
  }
}

# The value of a key of gw_line, a flat object.
gw_ollama_field() { # KEY
  gw_value=\${gw_line#*"\"$1\":"}
  case $gw_value in
    '"'*) gw_value=\${gw_value#?} && gw_value=\${gw_value%%'"'*} ;;
    *) gw_value=\${gw_value%%[,\}]*} ;;
  esac
  printf %s "$gw_value"
}

gw_ollama_percent() {
  gw_total=$(gw_ollama_field total)
  [ "\${gw_total:-0}" -gt 0 ] || return 0
  gw_ollama_tell "$(gw_ollama_field status): $(($(gw_ollama_field completed) * 100 / gw_total)) % of $(((gw_total + 500000) / 1000000)) MB"
}

# Two lines for each folder of models: what is free there, and what parts of interrupted pulls take, which are used again.
gw_ollama_room() { # FOLDER...
  gw_free_bytes "$@"
  for gw_path; do
    gw_parts=$(find "$gw_path/blobs/" -name '*-partial' -exec du -k {} + 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f", sum }')
    echo "parts \${gw_parts:-0} $gw_path"
  done
}

gw_ollama_tell() { # LINE
  [ "$1" = "$gw_said" ] || echo "$1"
  gw_said=$1
}
`;
