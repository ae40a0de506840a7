import { execSchema } from "../../schemas/exec.ts";
import type { Host } from "../host.ts";
import { defineResource } from "../resource.ts";
import { same } from "../values.ts";

/** Runs a command until its check says that all is in place. */
export default defineResource(execSchema, {
  name: ({ name }) => name,
  identify: (name) => {
    throw new Error(`exec ${name} cannot be imported: only the program knows its check; declare it, and it is adopted`);
  },

  async observe(host, { name, check }) {
    return (await inPlace(host, check)) ? { host: host.name, name } : undefined;
  },

  async reconcile(host, { command, stdin, triggers }, observed, recorded) {
    const triggered = recorded !== undefined && !same(recorded["triggers"], triggers);
    if (observed && !triggered) return;
    await host.run({ argv: command, long: true, ...(stdin !== undefined && { stdin }) });
  },

  async remove(host, { check, undo }) {
    if (undo && (await inPlace(host, check))) await host.run({ argv: undo, long: true });
  },
});

async function inPlace(host: Host, check: string[]): Promise<boolean> {
  const { exitCode } = await host.ask({ argv: check, exitCodes: [0, 1] });
  return exitCode === 0;
}
