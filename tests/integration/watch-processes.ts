import { readdirSync, readFileSync } from "node:fs";

/** Where a process showed a secret to whoever may look. */
export interface Sighting {
  readonly secret: string;
  /** `argument`, or the environment variable. */
  readonly where: string;
  readonly command: string;
}

/** Looks at all processes, those of lab hosts included, about 20 times a second. */
export function watchProcesses(secrets: readonly string[]): { stop(): Sighting[] } {
  const seen = new Map<string, Sighting>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const command = read(pid, "cmdline");
      const parts = [
        ...command.map((text) => ({ where: "argument", text })),
        ...read(pid, "environ").map((text) => ({ where: text.slice(0, text.indexOf("=")), text })),
      ];
      for (const { where, text } of parts) {
        for (const secret of secrets.filter((each) => text.includes(each))) {
          seen.set(`${secret} ${where} ${command[0]}`, { secret, where, command: command.join(" ").slice(0, 200) });
        }
      }
    }
  };
  const timer = setInterval(look, 50);
  return {
    stop() {
      clearInterval(timer);
      look();
      return [...seen.values()];
    },
  };
}

/** Empty for a process that ended meanwhile. */
function read(pid: string, file: "cmdline" | "environ"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1").split("\0").filter(Boolean);
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
