// Daemons and timers as files of systemd.
import type { JobFiles, Jobs } from "../platform.ts";
import { daemonUnit, environmentFile, environmentText, timerUnits } from "./unit-file.ts";

const directory = "/etc/systemd/system";

export const jobs: Jobs = {
  files: {
    name: "jobs",
    manifest: true,
    command: (names) => ({ argv: ["gw_job_files", ...names] }),
    parse({ exitCode, stdout, stderr }, names) {
      if (exitCode !== 0) throw new Error(`reading unit files: ${stderr.trim()}`);
      const lines = stdout.toString("utf8").split("\n").filter(Boolean).map(parseLine);
      return new Map(names.map((name) => [name, filesOf(lines.filter((line) => line.name === name))]));
    },
  },
  daemon: daemonUnit,
  timer: timerUnits,
  unitOf: (kind, name) => `${name}.${kind === "daemon" ? "service" : "timer"}`,
  path: (file) => `${directory}/${file}`,
  write: (file, text) => ({ argv: ["gw_put", "644", `${directory}/${file}`], stdin: text }),
  writeEnvironment: (name, environment) =>
    environment === undefined
      ? { argv: ["rm", "-f", environmentFile(name)] }
      : { argv: ["gw_put", "600", environmentFile(name)], stdin: environment },
  environment: environmentText,
  removeOverrides: (name) => ({ argv: ["gw_job_remove_overrides", name] }),
  remove: (name) => ({ argv: ["gw_job_remove", name] }),
};

interface Line {
  readonly name: string;
  readonly what: string;
  readonly value: string;
}

function parseLine(line: string): Line {
  const [, name, what, value] = /^(\S+) (\S+) :(.*)$/.exec(line) ?? [];
  if (!name || !what || value === undefined) throw new Error(`reading unit files: ${JSON.stringify(line)}`);
  return { name, what, value };
}

function filesOf(lines: readonly Line[]): JobFiles {
  const of = (wanted: string): string[] => lines.filter(({ what }) => what === wanted).map(({ value }) => value);
  const units = lines.filter(({ what }) => what.endsWith(".service") || what.endsWith(".timer"));
  const [environment] = of("environment");
  return {
    definition: Object.fromEntries(
      units.map(({ what, value }) => [what, Buffer.from(value, "base64").toString("utf8")]),
    ),
    environment: environment === undefined ? undefined : parseEnvironment(environment),
    overrides: of("override"),
  };
}

function parseEnvironment(text: string): NonNullable<JobFiles["environment"]> {
  const [digest = "", mode, owner] = text.split(":");
  return { digest, secret: mode === "600" && owner === "0" };
}
