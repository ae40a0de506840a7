import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { bundle } from "../../tools/toolchain/bundle.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** pg is of the older kind of modules, which an ES module has to ask for. */
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** The sample of templates/api as one file, so that a host needs nothing but Node. */
export async function sampleApi(): Promise<{ text: string }> {
  const file = await bundle({
    root,
    entry: "templates/api/server.mjs",
    name: "sample-api",
    external: ["pg-native"], // optional
    settings: {
      format: "esm",
      supported: {},
      banner: { js: banner },
      preserveSymlinks: true, // the same text wherever node_modules lies
    },
  });
  return { text: await readFile(file, "utf8") };
}
