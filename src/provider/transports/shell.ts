// Starts the helper: a line that any login shell understands starts sudo and /bin/sh, which reads the library from its
// standard input. Whatever profiles and banners print before the start marker is ignored.
import { randomBytes } from "node:crypto";
import { libraryOf } from "../platforms/library.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Channel, Connection } from "./connection.ts";
import { ConnectionTimeout } from "./errors.ts";
import { FrameWriter } from "./frame-writer.ts";
import { explain, sudoWantsTerminal } from "./start-failure.ts";

/** A running helper that waits for requests. */
export interface Shell {
  readonly channel: Channel;
  readonly frames: FrameWriter;
  /** Ends streams and answers; nothing a command prints can imitate it, for nobody on the host sees it. */
  readonly nonce: string;
  /** A terminal brings standard error on the same stream. */
  readonly merged: boolean;
}

export interface Start {
  readonly host: string;
  readonly connection: Connection;
  readonly platform: Platform["name"];
  readonly sudo?: { readonly password?: string };
  /** @default only where sudo insists on one */
  readonly terminal?: boolean;
}

const startSeconds = 20;
const path =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/wrappers/bin:/run/current-system/sw/bin:/opt/homebrew/bin";

/** Starts a helper. Throws `Unreachable`. */
export async function startShell(start: Start): Promise<Shell> {
  const mark = randomHex();
  const channel = await start.connection.exec(line(mark, start), { terminal: start.terminal });
  try {
    return await converse(start, mark, channel);
  } catch (error) {
    channel.kill();
    if (sudoWantsTerminal(error) && start.terminal === undefined) return startShell({ ...start, terminal: true });
    throw error;
  }
}

const randomHex = (): string => randomBytes(12).toString("hex");

/**
 * Valid in sh, csh and fish; short, and without a secret: the host shows it to everybody as long as the helper lives. Start and
 * prompt do not occur in it as they will be printed, for a profile may have set the shell to show what it runs.
 */
function line(mark: string, { sudo, terminal, platform }: Start): string {
  const raw = terminal ? "stty raw -echo 2>/dev/null; " : "";
  const size = Buffer.byteLength(program(mark, platform)); // with any nonce
  const script = `${raw}umask 077; cd /; echo ${mark}"":start; eval "$(head -c ${size})"`;
  const shell = `env LC_ALL=C PATH=${path} /bin/sh -c '${script}'`;
  return `exec env LC_ALL=C ${sudo ? `sudo -S -H -p ${mark}%%:password: -- ` : ""}${shell}`;
}

const program = (nonce: string, platform: Platform["name"]): string => `${libraryOf(platform)}\ngw_serve ${nonce}\n`;

/** Password to the prompt, library and nonce to the start, until the helper is ready. */
async function converse(start: Start, mark: string, channel: Channel): Promise<Shell> {
  const nonce = randomHex();
  const failure = { stdout: "", stderr: "", prompts: 0, started: false };
  let stop = () => {};
  const ready = new Promise<Shell>((resolve, reject) => {
    const step = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
      failure[stream] += chunk.toString("latin1");
      const asked = count(failure.stdout, `${mark}%:password:`) + count(failure.stderr, `${mark}%:password:`);
      if (asked > failure.prompts) {
        failure.prompts = asked;
        if (asked > 1 || start.sudo?.password === undefined) return reject(explain(start, failure));
        channel.stdin.write(`${start.sudo.password}\n`);
      }
      if (!failure.started && failure.stdout.includes(`${mark}:start`)) {
        failure.started = true;
        channel.stdin.write(program(nonce, start.platform));
      }
      const answer = new RegExp(`${nonce}:ready \\d+ (apart|merged)\n`).exec(failure.stdout);
      if (answer) resolve({ channel, frames: new FrameWriter(channel), nonce, merged: answer[1] === "merged" });
    };
    const onStdout = step("stdout");
    const onStderr = step("stderr");
    const late = () => {
      const said = (failure.stderr + failure.stdout).trim().slice(-300) || "nothing";
      const where = `no helper shell on ${start.connection.target} within ${startSeconds} s`;
      reject(new ConnectionTimeout(start.host, `${where}; the login said: ${said}`));
    };
    const timer = setTimeout(late, startSeconds * 1000);
    stop = () => {
      clearTimeout(timer);
      channel.stdout.off("data", onStdout);
      channel.stderr.off("data", onStderr);
    };
    channel.stdout.on("data", onStdout);
    channel.stderr.on("data", onStderr);
    void channel.ended.then((ending) => reject(explain(start, { ...failure, ...ending })));
  });
  return ready.finally(() => stop());
}

const count = (text: string, part: string): number => text.split(part).length - 1;
