import { execSchema } from "../../schemas/exec.ts";
import { CommandFailed, endOf, Unobservable } from "../errors.ts";
import type { Host } from "../host.ts";
import { become } from "../platforms/posix/become.ts";
import { defineResource } from "../resource.ts";
import { same } from "../values.ts";

/** Runs a command until its check says that all is in place. */
export default defineResource(execSchema, {
  name: ({ name }) => name,
  identify: (name) => {
    throw new Error(`exec ${name} cannot be imported: only the program knows its check; declare it, and it is adopted`);
  },

  async observe(host, { name, user, check }) {
    return (await inPlace(host, user, check)) ? { host: host.name, name } : undefined;
  },

  async reconcile(host, { user, command, stdin, triggers }, observed, recorded) {
    const triggered = recorded !== undefined && !same(recorded["triggers"], triggers);
    if (observed && !triggered) return;
    await host.run({ argv: as(host, user, command), long: true, ...(stdin !== undefined && { stdin }) });
  },

  async remove(host, { user, check, undo }) {
    if (undo && (await inPlace(host, user, check))) await host.run({ argv: as(host, user, undo), long: true });
  },
});

/** Throws `Unobservable` where the check says neither yes nor no: what keeps it from that may be mended in this run. */
async function inPlace(host: Host, user: string, check: string[]): Promise<boolean> {
  try {
    return (await host.ask({ argv: as(host, user, check), exitCodes: [0, 1] })).exitCode === 0;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Unobservable(host.name, `its check says neither yes nor no: ${endOf(error.command, error.answer)}`);
  }
}

const as = ({ platform }: Host, user: string, argv: string[]): string[] =>
  user === "root" ? argv : [...become(platform.name, user), ...argv];
