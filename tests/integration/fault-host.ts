import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { root } from "../../tools/toolchain/places.ts";
import { startLab, type TestLab } from "../support/lab.ts";
import { type Declared, type Project, startProject } from "../support/project.ts";
import { script } from "../support/script.ts";

export const host = "faults";

export interface FaultHost {
  readonly lab: TestLab;
  /** As the provider is told. */
  readonly hosts: Declared["hosts"];
  /** A script for sh, as root; must succeed. Answers its trimmed standard output. */
  shell(script: string): Promise<string>;
}

/** A fresh host that a test may break. @param base root that it begins with. @default Debian's */
export async function faultHost(labName: string, base?: string): Promise<FaultHost> {
  const lab = await startLab(labName, { hosts: [host], base, fresh: true });
  const hosts = { [host]: { platform: "debian", address: host, user: "root", sshConfig: lab.sshConfig } } as const;
  return {
    lab,
    hosts,
    shell: (text) => script(lab.run, host, text, "-s"),
  };
}

/** A project whose provider processes are noted: their ids, in the order of their starts. */
export async function watchedProject(
  settings: { stack?: string; ownProcess?: boolean } = {},
): Promise<Project & { providers(): Promise<number[]> }> {
  const project = await startProject({ ...settings, provider: { name: "groundwork", path: "plugin" } });
  const log = join(project.folder, "providers");
  const launcher = join(project.folder, "plugin/pulumi-resource-groundwork");
  await mkdir(join(project.folder, "plugin"));
  await writeFile(
    launcher,
    `#!/bin/sh\necho $$ >>${log}\nexec ${join(root, "plugin/pulumi-resource-groundwork")} "$@"\n`,
  );
  await chmod(launcher, 0o755);
  await writeFile(log, "");
  return {
    ...project,
    providers: async () => (await readFile(log, "utf8")).split("\n").filter(Boolean).map(Number),
  };
}

export const file = (name: string, path: string, content: string, more: object = {}) => ({
  type: "groundwork:posix:File",
  name,
  args: { host, path, content },
  ...more,
});
