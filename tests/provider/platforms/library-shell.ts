// The helper's library in a shell of this machine, without a host: what its functions do, and say.
import { execa } from "execa";

import type { Answer } from "../../../src/provider/host.ts";
import { libraryOf } from "../../../src/provider/platforms/library.ts";

export const onMac = process.platform === "darwin";

interface Given {
  readonly stdin?: string | Uint8Array | undefined;
  readonly shell?: string;
  /** @default whose tools this machine has */
  readonly platform?: "debian" | "darwin";
}

/** Also on a Mac dash and bash, which there is sh, are these. */
export const shells = ["dash", "bash --posix"];

/** Runs a script after the library was loaded, as the helper runs a command of it. */
export async function inLibrary(
  script: string,
  { stdin = "", shell = "dash", platform = onMac ? "darwin" : "debian" }: Given = {},
): Promise<Answer> {
  const [file = "", ...options] = shell.split(" ");
  const program = `umask 077\n${libraryOf(platform)}\ngw_detect\n(${script}\n)`;
  const {
    exitCode = 1,
    stdout,
    stderr,
  } = await execa(file, [...options, "-c", program], {
    ...{ input: stdin, encoding: "buffer", env: { LC_ALL: "C" }, reject: false, stripFinalNewline: false },
  });
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString() };
}
