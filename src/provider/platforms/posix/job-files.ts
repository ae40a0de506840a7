// Lines of `gw_job_files`: name of the job, what, and a value after a colon.
import type { Answer } from "../../host.ts";
import { linesIn } from "../../lines.ts";
import type { JobFiles } from "../platform.ts";

interface Line {
  readonly name: string;
  readonly what: string;
  readonly value: string;
}

export function filesOfJobs(
  { exitCode, stdout, stderr }: Answer,
  names: readonly string[],
  isDefinition: (file: string) => boolean,
  parseEnvironment: (text: string) => JobFiles["environment"],
): Map<string, JobFiles> {
  if (exitCode !== 0) throw new Error(`reading the files of jobs: ${stderr.trim()}`);
  const lines = linesIn(stdout).map(parseLine);
  return new Map(
    names.map((name) => {
      const own = lines.filter((line) => line.name === name);
      const of = (wanted: string): string[] => own.flatMap(({ what, value }) => (what === wanted ? [value] : []));
      const [environment] = of("environment");
      const definition = own
        .filter(({ what }) => isDefinition(what))
        .map(({ what, value }) => [what, Buffer.from(value, "base64").toString("utf8")]);
      return [
        name,
        {
          definition: Object.fromEntries(definition),
          environment: environment === undefined ? undefined : parseEnvironment(environment),
          overrides: of("override"),
        },
      ];
    }),
  );
}

function parseLine(line: string): Line {
  const [, name, what, value] = /^(\S+) (\S+) :(.*)$/.exec(line) ?? [];
  if (!name || !what || value === undefined) throw new Error(`reading the files of jobs: ${JSON.stringify(line)}`);
  return { name, what, value };
}
