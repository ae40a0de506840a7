// Daemons and timers as files of systemd.
import type { JobFiles, Jobs } from "../platform.ts";
import { filesOfJobs } from "../posix/job-files.ts";
import { daemonUnit, environmentFile, environmentText, timerUnits } from "./unit-file.ts";

const directory = "/etc/systemd/system";

export const jobs: Jobs = {
  files: {
    name: "jobs",
    manifest: true,
    command: (names) => ({ argv: ["gw_job_files", ...names] }),
    parse: (answer, names) => filesOfJobs(answer, names, (file) => /\.(service|timer)$/.test(file), parseEnvironment),
  },
  daemon: daemonUnit,
  timer: timerUnits,
  caveats: () => [],
  unitOf: (kind, name) => `${name}.${kind === "daemon" ? "service" : "timer"}`,
  path: (file) => `${directory}/${file}`,
  write: (_, file, text) => ({ argv: ["gw_put", "644", `${directory}/${file}`], stdin: text }),
  environmentReader: () => "root",
  writeEnvironment: ({ name }, environment) =>
    environment === undefined
      ? { argv: ["rm", "-f", environmentFile(name)] }
      : { argv: ["gw_put", "600", environmentFile(name)], stdin: environment },
  environment: environmentText,
  removeOverrides: (name) => ({ argv: ["gw_job_remove_overrides", name] }),
  remove: (name) => ({ argv: ["gw_job_remove", name] }),
};

function parseEnvironment(text: string): NonNullable<JobFiles["environment"]> {
  const [digest = "", mode, owner] = text.split(":");
  return { digest, reader: mode === "600" && owner === "0" ? "root" : undefined };
}
