import { sh } from "./sh.ts";

/** Free space, in words that every df understands. */
export const machineLibrary = sh`
# A line for each path: "free KIBIBYTES PATH". Of one that is not there yet, where it would be.
gw_free_bytes() { # PATH...
  for gw_path; do
    gw_there=$gw_path
    until [ -e "$gw_there" ] || [ -z "$gw_there" ]; do gw_there=\${gw_there%/*}; done
    echo "free $(df -Pk "\${gw_there:-/}" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9]*%.*$/\1/p') $gw_path"
  done
}
`;
