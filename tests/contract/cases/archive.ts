import { fileURLToPath } from "node:url";

import type { ContractCase } from "../contract-case.ts";

export default {
  before: "mkdir -p /srv/contract; rm -rf /srv/contract/archive",
  args: {
    path: "/srv/contract/archive",
    source: fileURLToPath(new URL("../../fixtures/contract/tool.tar.gz", import.meta.url)),
    sha256: "20cb3d496c0896fce1447e69f9ad7288c480d65203811e6cca227bf039caa3e8",
    stripComponents: 1,
    owner: "www-data",
  },
  right: {
    script: "/srv/contract/archive/bin/tool; stat -c '%a %U' /srv/contract/archive/bin/tool",
    answer: "tool 1.0\n755 www-data",
  },
  change: { script: "rm -r /srv/contract/archive", shows: "gone" },
  deleted: { script: "test -e /srv/contract/archive; echo $?", answer: "1" },
  wrong: {
    sha256: { sha256: "0123" },
    source: { source: "/tmp/tool.rar" },
    url: { url: "https://example.com/tool.tar.gz" },
  },
} satisfies ContractCase;
