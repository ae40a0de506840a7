import { sh } from "./sh.ts";

/** Keys, requests and certificates, with what OpenSSL 3 and macOS' LibreSSL both understand. */
export const tlsLibrary = sh`
gw_tls_need() {
  command -v openssl >/dev/null || gw_refuse 72 'the host has no openssl; declare the PackageSet that brings it, make this depend on it, and run again'
}

# Paths of keys a line on standard input. A line each: the public key, "-" without a key, "?" where what is there is none, "!"
# without openssl to tell; the request beside it; the path. Both in base64. A pipe would never end, and a link is no key.
gw_tls_keys() {
  gw_openssl=$(command -v openssl)
  while IFS= read -r gw_path; do
    gw_public=- gw_request=-
    if [ -L "$gw_path" ] || { [ -e "$gw_path" ] && [ ! -f "$gw_path" ]; }; then
      gw_public='?'
    elif [ -e "$gw_path" ] && [ -z "$gw_openssl" ]; then
      gw_public=!
    elif [ -e "$gw_path" ]; then
      gw_public=$(openssl pkey -in "$gw_path" -passin pass: -pubout -outform DER 2>/dev/null </dev/null | base64 | tr -d '\n')
    fi
    [ ! -f "$gw_path.csr" ] || gw_request=$(base64 <"$gw_path.csr" | tr -d '\n')
    printf '%s %s %s\n' "\${gw_public:-?}" "\${gw_request:--}" "$gw_path"
  done
}

# Makes the key where there is none, and its request.
gw_tls_key_make() { # PATH MODE OWNER GROUP NAME
  gw_tls_need
  gw_place "$1"
  gw_need_dir
  gw_sweep
  gw_mode=$2 gw_owner=$3 gw_group=$4
  umask 077
  if [ -e "$1" ] || [ -L "$1" ]; then
    gw_tls_is_file "$1"
  else
    gw_said=$({
      gw_make_beside &&
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve >new &&
        gw_own && chmod "0$2" new && gw_sync new && gw_take_place && gw_sync "$gw_dir/"
    } 2>&1) || gw_unwritten "$gw_said"
  fi
  gw_request=$(openssl req -new -sha256 -key "$1" -subj "/CN=$5" 2>&1) ||
    gw_refuse 78 "$1: its request cannot be made: $gw_request"
  printf '%s\n' "$gw_request" | gw_put 644 "$1.csr"
}

gw_tls_is_file() { # PATH
  { [ -f "$1" ] && [ ! -L "$1" ]; } ||
    gw_refuse 76 "$1 is there already and no file: nothing was made; move it away, or give the key another path, and run again"
}

# For a key that is there. It is never copied, since nobody knows what it should hold: where another than root may exchange
# it, any key of root's could be given away.
gw_tls_key_give() { # MODE OWNER GROUP PATH
  gw_place "$4"
  gw_need_dir
  gw_tls_is_file "$4"
  gw_said=$({ cd -P -- "$gw_dir/" && gw_tls_roots && gw_chown "$2:$3" "./$gw_base" && chmod "0$1" "./$gw_base"; } 2>&1) ||
    gw_unwritten "$gw_said"
}

gw_tls_roots() {
  gw_is_roots || { echo "another than root may write to $gw_dir, who could put another key there; take that right away, or move the key away" >&2; return 1; }
}

gw_tls_remove() { # PATH...
  rm -f -- "$@"
}

# Standard input: extensions, then the request. The certificate is written whole or not at all.
gw_tls_sign() { # PATH DAYS SIGNER-OPTION...
  gw_tls_need
  gw_crt=$1 gw_days=$2
  shift 2
  gw_work=$(mktemp -d) || return
  trap 'rm -rf -- "$gw_work"' EXIT
  cat >"$gw_work/in"
  sed '/^-----BEGIN/,$d' "$gw_work/in" >"$gw_work/extensions"
  sed -n '/^-----BEGIN/,$p' "$gw_work/in" >"$gw_work/request"
  gw_said=$(openssl x509 -req -sha256 -in "$gw_work/request" -extfile "$gw_work/extensions" -days "$gw_days" \
    -set_serial "0x4$(openssl rand -hex 15)" -out "$gw_work/crt" "$@" 2>&1) ||
    gw_refuse 78 "$gw_crt was not signed: $gw_said"
  gw_put 644 "$gw_crt" <"$gw_work/crt"
}

# What else lies there stays.
gw_tls_authority_remove() { # PATH
  rm -f -- "$1/ca.crt" "$1/ca.key.csr" "$1/ca.key"
  rmdir -- "$1/issued" "$1" 2>/dev/null || true
}
`;
