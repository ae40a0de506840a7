import { readFile } from "node:fs/promises";
import path from "node:path";

import { bundle } from "../toolchain/bundle.mjs";
import { besideCli, languageHostOrigin, languageHostPath, root } from "../toolchain/places.ts";
import { replaceFile } from "../toolchain/replace-file.ts";

// No symbolic link: what lies in the cache may be cleared, and the engine warns about links in PATH.
const launcher = `#!/bin/sh
# Written by \`groundwork setup\`: stands in for Pulumi's own language host where that cannot be downloaded.
exec node "$(dirname "$0")/../groundwork/language-host.cjs" "$@"
`;

/** Puts our language host beside a CLI that came without one. */
export async function ensureLanguageHost(): Promise<void> {
  if (languageHostOrigin() === "official") return;
  const built = await bundle({ root, entry: "tools/language-host/main.ts", name: "language-host" });
  const preload = path.join(root, "tools/language-host/uncoloured-errors.mjs");
  await replaceFile(besideCli("uncoloured-errors.mjs"), await readFile(preload));
  await replaceFile(besideCli("language-host.cjs"), await readFile(built));
  await replaceFile(languageHostPath(), launcher, 0o755);
}
