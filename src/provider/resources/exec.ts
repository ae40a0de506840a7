import type { z } from "zod";

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

  async observe(host, { name, ...asked }) {
    return (await inPlace(host, asked)) ? { host: host.name, name } : undefined;
  },

  async reconcile(host, { user, command, stdin, triggers }, observed, recorded) {
    const triggered = recorded !== undefined && !same(recorded["triggers"], triggers);
    if (observed && !triggered) return;
    await host.run({ argv: as(host, user, command), long: true, ...(stdin !== undefined && { stdin }) });
  },

  async remove(host, { undo, ...asked }) {
    if (undo && (await inPlace(host, asked))) await host.run({ argv: as(host, asked.user, undo), long: true });
  },
});

/** What `check` is. */
type Asked = Pick<z.output<typeof execSchema.inputs>, "user" | "check" | "checkTimeoutSec">;

/** Throws `Unobservable` where the check says neither yes nor no: what keeps it from that may be mended in this run. */
async function inPlace(host: Host, { user, check, checkTimeoutSec }: Asked): Promise<boolean> {
  const command = as(host, user, check);
  try {
    const argv = ["gw_check", String(checkTimeoutSec), ...command];
    return (await host.ask({ argv, exitCodes: [0, 1] })).exitCode === 0;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Unobservable(host.name, `its check says neither yes nor no: ${endOf({ argv: command }, error.answer)}`);
  }
}

const as = ({ platform }: Host, user: string, argv: string[]): string[] =>
  user === "root" ? argv : [...become(platform.name, user), ...argv];
