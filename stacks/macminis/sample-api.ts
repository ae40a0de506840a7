import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** pg is of the older kind of modules, which an ES module has to ask for. */
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** The sample of templates/api as one file, so that a host needs nothing but Node. */
export function sampleApi(): { text: string } {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ["templates/api/server.mjs"],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: banner },
    external: ["pg-native"], // optional
    preserveSymlinks: true, // the same text wherever node_modules lies
    logLevel: "silent", // the thrown error says it all
  });
  return { text: outputFiles[0]!.text };
}
