import { fileURLToPath, pathToFileURL } from "node:url";
import { type Lab, labFiles } from "./place.ts";

const programs = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));

/** What plain `pulumi` needs to work on stack `lab`, besides PATH. */
export function environment(lab: Lab): Record<string, string> {
  const files = labFiles(lab);
  return {
    PULUMI_BACKEND_URL: pathToFileURL(files.state).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: files.passphrase,
    PULUMI_OPTION_CONFIG_FILE: files.config,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    GROUNDWORK_LAB: lab.folder,
  };
}

/** The same with the project's programs first on PATH. */
export const fullEnvironment = (lab: Lab): Record<string, string> => ({
  ...environment(lab),
  PATH: `${programs}:${process.env["PATH"] ?? ""}`,
});

/** The same as lines for a shell to evaluate. */
export function exports(lab: Lab): string {
  const lines = Object.entries(environment(lab)).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...lines, `export PATH=${quote(programs)}:"$PATH"`, ""].join("\n");
}

/** A word as a POSIX shell takes it literally. */
export const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
