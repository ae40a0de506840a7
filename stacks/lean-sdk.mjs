// Preloaded into the program. At each start Pulumi's SDK loads the TypeScript compiler and npm's reader of package trees, two
// thirds of its time, for functions that a program hands to the cloud: they are loaded when one does.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const ofSdk = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of ["typescript", "@npmcli/arborist"]) {
  const filename = found(name);
  if (filename) later(filename);
}

/** Where the SDK finds a package; without TypeScript, which is for development, it takes one of its own. */
function found(name) {
  try {
    return ofSdk.resolve(name);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

function later(filename) {
  const real = () => {
    if (require.cache[filename] === promised) delete require.cache[filename];
    return require(filename);
  };
  const exports = new Proxy({}, { get: (_, key) => key === "__esModule" || real()[key] });
  const promised = { id: filename, filename, loaded: true, exports };
  require.cache[filename] = promised;
}
