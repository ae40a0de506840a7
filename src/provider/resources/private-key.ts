import { privateKeySchema } from "../../schemas/private-key.ts";
import { HostError } from "../errors.ts";
import { leftAsFound } from "../making.ts";
import { files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { privateKeys, removeKey } from "../platforms/posix/tls.ts";
import { defineResource } from "../resource.ts";
import { holdKey, keyAt } from "./certificate-file.ts";
import { attributes } from "./observed-file.ts";

/** Holds a private key that never leaves its host, and its signing request. */
export default defineResource(privateKeySchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),
  notesOfMaking: "private-keys",

  async observe(host, desired) {
    const { path } = desired;
    const [entry, key] = await Promise.all([host.read(files, path), keyAt(host, path)]);
    if (!entry || !key) return undefined;
    const { publicKeySha256, request } = key;
    if (publicKeySha256 === undefined || entry.type !== "file") {
      const advice = "move it away, or give the key another path";
      throw new HostError(host.name, `${path} is there already and holds no private key that can be read: ${advice}`);
    }
    const asked = { commonName: request?.commonName, request: request?.pem ?? "" };
    return { host: host.name, path, ...asked, ...attributes(entry, desired), publicKeySha256 };
  },

  reconcile: holdKey,

  async remove(host, { path }, made) {
    if (made) await carryOut(host, removeKey(path));
    else if (await host.read(files, path)) leftAsFound(host, path);
    host.forget(files, path);
    host.forget(privateKeys, path);
  },
});
