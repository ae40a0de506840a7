// Plain JavaScript: the plugin launchers import it before any TypeScript can run, so it must cost next to nothing.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Where everything built goes; never the repository. */
export const cacheDir = () =>
  path.resolve(
    process.env.GROUNDWORK_CACHE ||
      path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "groundwork"),
  );

/** Bundles kept when a new one is built: processes started a moment ago may still load theirs. */
const KEEP = 4;

/** The bundle as it was built last, or `undefined` when there is none or one of its sources changed since. */
export function freshBundle(options) {
  const { root, name } = options;
  const folder = bundleFolder(root, name);
  const record = readRecord(path.join(folder, "record.json"));
  if (record?.recipe !== recipeOf(options)) return undefined;
  const unchanged = Object.entries(record.sources).every(([source, stamp]) => stampIn(root, source) === stamp);
  const file = path.join(folder, record.file);
  return unchanged && stampOf(file) ? file : undefined;
}

/** One file of `entry` and all it imports, CommonJS unless `settings` say otherwise, built when its sources changed. */
export async function bundle(options) {
  return freshBundle(options) ?? build(options);
}

const recipeOf = ({ entry, external, settings }) => JSON.stringify([entry, external, settings]);

async function build(options) {
  const { root, entry, name, external = [], settings = {} } = options;
  const { plugins = [], ...others } = settings;
  // What is in node_modules changes with the lock file only; the recipe itself is a source too.
  const stamps = new Map(
    ["package-lock.json", "tools/toolchain/bundle.mjs"].map((source) => [source, stampIn(root, source)]),
  );
  const esbuild = await import("esbuild");
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    sourcemap: "external",
    sourcesContent: false,
    platform: "node",
    target: "node20",
    format: "cjs", // starts faster than ESM: one file, no loader hops
    supported: { "dynamic-import": false }, // becomes require(): code from V8's cache cannot import()
    outfile: "bundle.cjs",
    loader: { ".sh": "text" },
    external: ["*.node", "cpu-features", ...external], // the first two: ssh2's optional native modules
    logLevel: "silent", // the thrown error says it all
    ...others,
    plugins: [stampedBeforeRead(root, stamps), ownPlaces, ...plugins],
  });
  const [map, output] = outputFiles;

  for (const source of Object.keys(metafile.inputs)) {
    if (!source.startsWith("node_modules/") && !stamps.has(source)) stamps.set(source, stampIn(root, source));
  }
  const sources = Object.fromEntries(stamps);

  const folder = bundleFolder(root, name);
  mkdirSync(folder, { recursive: true });
  const file = `${createHash("sha256").update(output.contents).digest("hex").slice(0, 16)}.cjs`;
  write(path.join(folder, `${file}.map`), map.contents);
  write(path.join(folder, file), output.contents);
  write(path.join(folder, "record.json"), JSON.stringify({ recipe: recipeOf(options), file, sources }));
  removeOld(folder, file);
  return path.join(folder, file);
}

/** What is edited while it is built has another stamp then, and is built anew. */
const stampedBeforeRead = (root, stamps) => ({
  name: "stamped-before-read",
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs|sh|json)$/ }, ({ path: file }) => {
      const source = path.relative(root, file);
      if (!source.includes("node_modules/")) stamps.set(source, stampIn(root, source));
      return undefined; // read by whoever comes next
    });
  },
});

/** What asks where it lies gets the answer it would get without bundling: `import.meta.url` is the source file's. */
const ownPlaces = {
  name: "own-places",
  setup({ initialOptions, onLoad, onResolve }) {
    // esbuild finds its binary from its own place, so a bundle that builds bundles leaves it there.
    onResolve({ filter: /^esbuild$/ }, () => ({
      path: module.createRequire(path.join(initialOptions.absWorkingDir, "package.json")).resolve("esbuild"),
      external: true,
    }));
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      if (file.includes("/node_modules/")) return undefined;
      const contents = readFileSync(file, "utf8").replaceAll(
        "import.meta.url",
        JSON.stringify(pathToFileURL(file).href),
      );
      return { contents, loader: "ts" };
    });
  },
};

// A bundle belongs to one checkout: two clones must not rebuild each other's.
const bundleFolder = (root, name) =>
  path.join(cacheDir(), "bundles", `${name}-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`);

const stampIn = (root, source) => stampOf(path.join(root, source));

function stampOf(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.mtimeMs} ${stats.size}`;
}

function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined; // built anew
    throw error;
  }
}

/** Whoever reads sees the old bytes or the new ones, also when several processes build at once. */
export function write(file, bytes) {
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, bytes);
  renameSync(part, file);
}

function removeOld(folder, current) {
  const age = (file) => statSync(path.join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = readdirSync(folder);
  const old = files.filter((file) => file.endsWith(".cjs") && file !== current).sort((a, b) => age(b) - age(a));
  for (const bundle of old.slice(KEEP)) {
    for (const file of files) if (file.startsWith(bundle)) rmSync(path.join(folder, file), { force: true });
  }
}
