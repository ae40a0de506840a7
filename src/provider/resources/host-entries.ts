import { hostEntriesSchema } from "../../schemas/host-entries.ts";
import { hostLines, putHostLines } from "../platforms/posix/host-entries.ts";
import { defineResource } from "../resource.ts";
import { isObject } from "../values.ts";
import { onlyOne } from "./only-one.ts";

/** A host has one /etc/hosts, and so one resource of this kind. */
const only = "hosts";

/** Holds names that a host resolves by itself. */
export default defineResource(hostEntriesSchema, {
  ...onlyOne(hostEntriesSchema.kind, only, "list of names"),

  async observe(host, { entries = {} }) {
    const lines = await host.read(hostLines, only);
    const ours = lines.filter((line) => line.ours).flatMap(({ names }) => names);
    const found = [...new Set([...ours, ...Object.keys(entries)])].flatMap((name) => {
      const first = lines.find(({ names }) => names.includes(name));
      return first ? [[name, first.address] as const] : [];
    });
    return found.length > 0 ? { entries: Object.fromEntries(found) } : undefined;
  },

  /** Installers let a machine find its own name. */
  async shipped(_, { path: [, name] }, { entries }) {
    return isObject(entries) && /^127\.|^::1$/.test(String(entries[String(name)]));
  },

  async reconcile(host, { entries }) {
    await host.run(putHostLines(entries));
  },

  async remove(host) {
    await host.run(putHostLines({}));
  },

  list: async (host) => ((await host.read(hostLines, only)).some(({ ours }) => ours) ? [only] : []),
});
