import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

import { ExecaError, execa } from "execa";

import { cliFolder, cliPath, root, versions } from "../toolchain/places.ts";
import { type Report, step } from "../toolchain/progress.ts";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Builds the Pulumi CLI from its published Go module into the folder where `npx pulumi` looks. */
export async function buildCli(): Promise<void> {
  await requireGo();
  await mkdir(cliFolder(), { recursive: true });
  await removeParts();

  const packages = await step("Fetching the Go modules of the Pulumi CLI", fetchModules);
  // Linked under another name, then renamed: an interrupted build leaves no half-written CLI behind.
  const part = `${cliPath()}.${process.pid}.part`;
  await step(`Building the Pulumi CLI ${versions.pulumi}`, (report) => compile(part, packages, report));
  await rename(part, cliPath());
}

async function requireGo(): Promise<void> {
  try {
    await execa("go", ["version"]);
  } catch (error) {
    if (!(error instanceof ExecaError) || error.code !== "ENOENT") throw error;
    throw new Error(
      "The Pulumi CLI can neither be downloaded nor built: get.pulumi.com is out of reach and `go` is not in PATH. " +
        "Install Go 1.26 or newer, or connect this machine to get.pulumi.com, then run `npx groundwork setup` again.",
    );
  }
}

/** How many packages the CLI has. */
async function fetchModules(report: Report): Promise<number> {
  let modules = 0;
  const listing = go(["list", "-mod=readonly", "-deps", PACKAGE], (line) => {
    if (line.startsWith("go: downloading")) report(`${++modules} modules`);
  });
  return (await listing).stdout.split("\n").length;
}

async function compile(target: string, packages: number, report: Report): Promise<void> {
  let compiled = 0;
  // Without the version flag the CLI calls itself 3.X-dev and warns about every plugin.
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${versions.pulumi}`;
  await go(["build", "-mod=readonly", "-buildvcs=false", "-v", "-o", target, "-ldflags", flags, PACKAGE], () =>
    report(`${++compiled} of at most ${packages} packages`),
  );
}

async function go(args: string[], onLine: (line: string) => void) {
  try {
    const child = execa("go", args, { cwd: path.join(root, "tools/pulumi-cli") });
    for await (const line of child.iterable({ from: "stderr" })) onLine(line);
    return await child;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const answer = String(error.stderr ?? "")
      .split("\n")
      .slice(-8)
      .join("\n");
    throw new Error(
      `\`go ${args[0]}\` of the Pulumi CLI failed (${error.shortMessage}):\n${answer}\n` +
        "It needs Go 1.26 or newer, a reachable Go module proxy (`go env GOPROXY`) and about 3 GB of disk.",
    );
  }
}

/** What builds that were killed left behind. */
async function removeParts(): Promise<void> {
  for (const file of await readdir(cliFolder())) {
    const pid = /^pulumi\.(\d+)\.part$/.exec(file)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(path.join(cliFolder(), file), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
