import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Project, Run } from "./project.ts";

export interface Imported {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

const options = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"];

/** As a user types it: `pulumi import TYPE NAME ID`; what it would print as a program is what it records as inputs. */
export const importOne = async (project: Project, { type, name, id }: Imported): Promise<Run> =>
  project.pulumi(["import", type, name, id, `--provider=hosts=${await providerOf(project)}`, ...options]);

/** Many at once, from a file; must succeed. */
export async function importAll(project: Project, resources: readonly Imported[]): Promise<Run> {
  const file = join(project.folder, "import.json");
  const listed = resources.map((resource) => ({ ...resource, provider: "hosts" }));
  await writeFile(file, JSON.stringify({ nameTable: { hosts: await providerOf(project) }, resources: listed }));
  return project.succeed(["import", "--file", file, ...options]);
}

/** The provider that an `up` made. */
async function providerOf(project: Project): Promise<string> {
  const { stdout } = await project.succeed(["stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string; urn: string }[] } };
  const found = deployment.resources?.find(({ type }) => type === "pulumi:providers:groundwork");
  if (!found) throw new Error(`stack ${project.stack} has no provider yet: run \`up\` before an import`);
  return found.urn;
}
