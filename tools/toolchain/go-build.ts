import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

import { ExecaError, execa } from "execa";

import { type Report, step } from "./progress.ts";

/** A program that is built from its Go module where it cannot be downloaded. */
export interface GoProgram {
  /** For messages: "Pulumi CLI". */
  readonly name: string;
  readonly version: string;
  /** Where its own download was sought, for messages: `get.pulumi.com`. */
  readonly download?: string;
  /** Folder with go.mod and go.sum, which pin everything. */
  readonly folder: string;
  readonly main: string;
  readonly linkerFlags?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Disk that sources and compiled packages take. */
  readonly diskGB: number;
}

/** Version of a module that the folder's go.mod pins: `0.24.0`. */
export function pinnedVersion(folder: string, module: string): string {
  const found = new RegExp(`^(?:require )?\\s*${module} v(\\S+)`, "m").exec(
    readFileSync(path.join(folder, "go.mod"), "utf8"),
  );
  if (!found?.[1]) throw new Error(`${folder}/go.mod does not say which version of ${module} it wants`);
  return found[1];
}

/** Builds into `target`, whole or not at all. @throws Error that says what to do */
export async function buildGo(program: GoProgram, target: string): Promise<void> {
  await requireGo(program);
  await mkdir(path.dirname(target), { recursive: true });
  await removeParts(target);

  const packages = await step(`Fetching the Go modules of ${program.name}`, (report) => fetchModules(program, report));
  // Linked under another name, then renamed: an interrupted build leaves no half-written program behind.
  const part = `${target}.${process.pid}.part`;
  await step(`Building ${program.name} ${program.version}`, (report) => compile(program, part, packages, report));
  await rename(part, target);
}

async function requireGo({ name, download }: GoProgram): Promise<void> {
  try {
    await execa("go", ["version"]);
  } catch (error) {
    if (!(error instanceof ExecaError) || error.code !== "ENOENT") throw error;
    const neither = download
      ? `${sentence(name)} can neither be downloaded nor built: ${download} is out of reach and \`go\` is not in PATH. `
      : `${sentence(name)} cannot be built: \`go\` is not in PATH. `;
    const connect = download ? `, or connect this machine to ${download}` : "";
    throw new Error(`${neither}Install Go 1.26 or newer${connect}, then run \`npx groundwork setup\` again.`);
  }
}

/** How many packages the program has. */
async function fetchModules(program: GoProgram, report: Report): Promise<number> {
  let modules = 0;
  const { stdout } = await go(program, ["list", "-mod=readonly", "-deps", program.main], (line) => {
    if (line.startsWith("go: downloading")) report(`${++modules} modules`);
  });
  return stdout.split("\n").length;
}

/** Without debug information, which nobody keeps: it takes a tenth of Go's time, and a quarter of C++'s. */
const lean = { flags: ["-gcflags=all=-dwarf=false"], env: { CGO_CFLAGS: "-O2", CGO_CXXFLAGS: "-O2" } };

async function compile(program: GoProgram, target: string, packages: number, report: Report): Promise<void> {
  let compiled = 0;
  const flags = [...lean.flags, "-ldflags", `-s -w ${program.linkerFlags ?? ""}`.trim()];
  await go(program, ["build", "-mod=readonly", "-buildvcs=false", "-v", "-o", target, ...flags, program.main], () =>
    report(`${++compiled} of at most ${packages} packages`),
  );
}

async function go({ name, folder, env, diskGB }: GoProgram, args: string[], onLine: (line: string) => void) {
  try {
    const child = execa("go", args, { cwd: folder, env: { ...lean.env, ...env } });
    for await (const line of child.iterable({ from: "stderr" })) onLine(line);
    return await child;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const answer = String(error.stderr ?? "")
      .split("\n")
      .slice(-8)
      .join("\n");
    throw new Error(
      `\`go ${args[0]}\` of ${name} failed (${error.shortMessage}):\n${answer}\n` +
        `It needs Go 1.26 or newer, a reachable Go module proxy (\`go env GOPROXY\`) and about ${diskGB} GB of disk.`,
    );
  }
}

/** What builds that were killed left behind. */
async function removeParts(target: string): Promise<void> {
  const folder = path.dirname(target);
  for (const file of await readdir(folder)) {
    const [, program, pid] = /^(.+)\.(\d+)\.part$/.exec(file) ?? [];
    if (program === path.basename(target) && !isAlive(Number(pid))) await rm(path.join(folder, file), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
