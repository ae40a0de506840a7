import { linkSchema } from "../../schemas/link.ts";
import { files } from "../platforms/posix/files.ts";
import { carryOut } from "../platforms/posix/outcome.ts";
import { adopt, found, makeLink, removeFile } from "../platforms/posix/safe-write.ts";
import { defineResource } from "../resource.ts";
import { inBrackets, refuseDescription, refuseOther } from "./observed-file.ts";
import { pathTurns } from "./path-turns.ts";

/** Holds a symbolic link; where it points need not exist. */
export default defineResource(linkSchema, {
  name: ({ path }) => path,
  holds: ({ path }) => [path],
  identify: (name) => ({ path: name }),

  async observe(host, { path, target }) {
    const entry = await host.read(files, path);
    if (!entry) return undefined;
    if (target === undefined) refuseOther(host, path, entry, "link");
    return { host: host.name, path, target: entry.type === "link" ? entry.target : inBrackets(entry) };
  },

  reconcile: (host, { path, target }, _, recorded) =>
    host.shared(pathTurns).take([path], async () => {
      const entry = await host.read(files, path);
      if (entry && !recorded) await carryOut(host, found([path]));
      const held = entry?.type === "link" && entry.target === target;
      if (!held) refuseDescription(host, path, target);
      await carryOut(host, held ? adopt(path) : makeLink(path, target, entry));
      host.remember(files, path);
    }),

  async remove(host, { path }) {
    await carryOut(host, removeFile(path));
    host.forget(files, path);
  },
});
