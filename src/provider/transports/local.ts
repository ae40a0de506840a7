import { execa } from "execa";
import type { Channel, Connection } from "./connection.ts";
import { SudoRefused } from "./errors.ts";

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

/** A child process as a channel. It sees no more of our environment than it is given: that may hold secrets. */
export function programChannel(program: string, args: readonly string[], env: Record<string, string>): Channel {
  const child = execa(program, [...args], {
    env,
    extendEnv: false,
    stdin: "pipe",
    buffer: false,
    reject: false,
    stripFinalNewline: false,
    encoding: "buffer",
    // A process group of its own: Ctrl-C reaches us, not a half-done step; and it can be ended with all its children.
    detached: true,
    cleanup: false,
  });
  // A child that ended does not read any more; its ending says so.
  child.stdin.on("error", () => child.stdin.destroy());
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: child.then(({ exitCode, signal, originalMessage }) => ({
      exitCode,
      reason: signal ? `ended by ${signal}` : originalMessage,
    })),
    kill: () => endGroup(child.pid),
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch (error) {
    // Gone already, or root's: sudo ends when its input does.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}

export const inherit = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
