import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";

export interface Settings {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interpreter?: readonly string[];
  readonly dir?: string;
  readonly logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
  readonly addPreviousOutputInEnv?: boolean;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/** The run of Pulumi is given up: so are its commands. */
export const endAll = (): void => running.forEach((child) => void child.kill("SIGKILL"));

/** Runs a command to its end. @throws Error with all it said where it ends with anything but 0 */
export function run(command: string, settings: Settings, before: Ran, log: (line: string) => void): Promise<Ran> {
  const { interpreter = [], stdin = "", dir, logging = "stdoutAndStderr" } = settings;
  const [program = "", ...words] = interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"];
  const child = spawn(program, [...words, command], { cwd: dir, env: environment(settings, before) });
  running.add(child);

  const said = { stdout: "", stderr: "", both: "" };
  const shown = new PassThrough();
  createInterface({ input: shown }).on("line", log);
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
      said.both += text;
      if (logging === stream || logging === "stdoutAndStderr") shown.write(text);
    });
  }
  child.stdin.on("error", () => undefined); // it need not read it
  child.stdin.end(stdin);

  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${error.message}: running ${JSON.stringify(command)}`)));
    child.once("close", (code, signal) => {
      running.delete(child);
      shown.end();
      if (code === 0) return resolve({ stdout: trimmed(said.stdout), stderr: trimmed(said.stderr) });
      const end = signal ? `signal: ${signal}` : `exit status ${code}`;
      reject(new Error(`${end}: running ${JSON.stringify(command)}:\n${said.both}`));
    });
  });
}

/** A command knows what the one before it said. */
function environment({ environment: given, addPreviousOutputInEnv = true }: Settings, { stdout, stderr }: Ran) {
  return {
    ...process.env,
    ...given,
    ...(addPreviousOutputInEnv && stdout && { PULUMI_COMMAND_STDOUT: stdout }),
    ...(addPreviousOutputInEnv && stderr && { PULUMI_COMMAND_STDERR: stderr }),
  };
}

const trimmed = (text: string): string => text.replace(/\n$/, "");
