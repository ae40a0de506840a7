import { sh } from "./sh.ts";

/** Requests to KES as a client of this host. 69: no server answers, or the client is not there yet. */
export const kesLibrary = sh`
# Prints each answer, and its status on a line of its own. Standard input is the body of a PUT. CLIENT sets KES_SERVER,
# KES_CACERT, KES_CLIENT_CERT and KES_CLIENT_KEY: files, no secrets.
gw_kes() { # CLIENT METHOD PATH...
  [ -f "$1" ] || { echo "there is no $1 yet, which says how to reach KES" >&2; exit 69; }
  command -v curl >/dev/null || { echo 'the host has no curl to ask KES with' >&2; exit 69; }
  . "$1"
  gw_method=$2
  shift 2
  gw_body=
  [ "$gw_method" != PUT ] || gw_body='--data-binary @-'
  for gw_path; do
    curl -sS --connect-timeout 5 --max-time 20 --noproxy '*' -w '\n%{http_code}\n' -X "$gw_method" $gw_body \
      --cacert "$KES_CACERT" --cert "$KES_CLIENT_CERT" --key "$KES_CLIENT_KEY" "$KES_SERVER$gw_path" ||
      case $? in 7 | 28) exit 69 ;; *) exit 1 ;; esac
  done
}
`;
