import type { Channel, Connection } from "./connection.ts";
import { SudoRefused } from "./errors.ts";
import { inherit, programChannel } from "./program.ts";

/** This machine, without SSH. */
export function openLocal(host: string): Connection {
  const open = new Set<Channel>();
  return {
    target: "this machine",
    async exec(line, { terminal } = {}) {
      if (terminal) throw new SudoRefused(host, "sudo on this machine runs only from a terminal; exempt the user");
      const channel = programChannel("/bin/sh", ["-c", line], inherit("HOME", "LOGNAME", "PATH", "USER"));
      open.add(channel);
      void channel.ended.then(() => open.delete(channel));
      return channel;
    },
    async close() {
      for (const channel of open) channel.kill();
      await Promise.all([...open].map((channel) => channel.ended));
    },
  };
}
