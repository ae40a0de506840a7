// Child processes as channels.
import { execa } from "execa";
import type { Channel } from "./connection.ts";

/** It sees no more of our environment than it is given: that may hold secrets. */
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

export const inherit = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** What `ssh` needs of our environment. */
export const sshEnvironment = (): Record<string, string> => inherit("HOME", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "USER");

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch (error) {
    // Gone already, or root's: sudo ends when its input does.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}
