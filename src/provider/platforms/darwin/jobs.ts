// Daemons and timers as property lists in /Library/LaunchDaemons.
import type { JobFiles, Jobs } from "../platform.ts";
import { filesOfJobs } from "../posix/job-files.ts";
import {
  caveats,
  daemonPlist,
  daemonsDirectory,
  environmentFile,
  environmentText,
  labelOf,
  timerPlist,
} from "./launchd-plist.ts";

export const jobs: Jobs = {
  files: {
    name: "jobs",
    manifest: true,
    command: (names) => ({ argv: ["gw_job_files", ...names] }),
    parse: (answer, names) => filesOfJobs(answer, names, (file) => file.endsWith(".plist"), parseEnvironment),
  },
  daemon: daemonPlist,
  timer: timerPlist,
  caveats,
  unitOf: (_, name) => labelOf(name),
  path: (file) => `${daemonsDirectory}/${file}`,
  write: ({ name, user = "root" }, _, text) => ({ argv: ["gw_job_write", name, user], stdin: text }),
  // The shell that reads it runs as the user already.
  environmentReader: ({ user = "root" }) => user,
  writeEnvironment: ({ name, user = "root" }, environment) =>
    environment === undefined
      ? { argv: ["rm", "-f", environmentFile(name)] }
      : { argv: ["gw_job_env_write", name, user], stdin: environment },
  environment: environmentText,
  removeOverrides: () => ({ argv: ["true"] }), // nothing overrides a property list
  remove: (name) => ({ argv: ["gw_job_remove", name] }),
};

function parseEnvironment(text: string): NonNullable<JobFiles["environment"]> {
  const [digest = "", mode, owner] = text.split(":");
  return { digest, reader: mode === "600" ? owner : undefined };
}
