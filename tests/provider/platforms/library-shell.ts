// The helper's library in a shell of this machine, without a host: what its functions do, and say.
import { execa } from "execa";

import type { Answer } from "../../../src/provider/host.ts";
import { libraryOf } from "../../../src/provider/platforms/library.ts";

/** Runs a script after the library of Debian was loaded, as the helper runs a command of it. */
export async function inLibrary(script: string, stdin: string | Uint8Array = "", shell = "dash"): Promise<Answer> {
  const [file = "", ...options] = shell.split(" ");
  const program = `umask 077\n${libraryOf("debian")}\ngw_detect\n(${script}\n)`;
  const {
    exitCode = 1,
    stdout,
    stderr,
  } = await execa(file, [...options, "-c", program], {
    ...{ input: stdin, encoding: "buffer", env: { LC_ALL: "C" }, reject: false },
  });
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString() };
}
