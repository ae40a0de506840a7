import { execa } from "execa";

/** Where administration commands are, also when the caller's PATH leaves them out. */
export const systemPath = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"].filter(Boolean);

/** Environment of system commands; LC_ALL for answers in plain English. */
export const systemEnv = { PATH: systemPath.join(":"), LC_ALL: "C" };

/** execa for system commands, with nothing on stdin. A failure names the command and its answer. */
export const run = execa({ stdin: "ignore", env: systemEnv });

/** The same where failure is an answer: look at `exitCode`. */
export const attempt = run({ reject: false });
