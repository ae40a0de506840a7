import { daemonSchema } from "../../schemas/daemon.ts";
import { defineResource } from "../resource.ts";
import { jobResource } from "./job.ts";

/** Holds a program that the service manager keeps running. */
export default defineResource(daemonSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),
  ...jobResource({
    kind: "daemon",
    inputs: daemonSchema.inputs,
    expressed: ["limits", "hardening", "restart", "after", "requires"],
    noted: ["listens", "readyTimeoutSec"],
    define: (host, job) => host.platform.jobs.daemon(job),
    caveats: (host, job) => host.platform.jobs.caveats(job),
    ready: ({ listens, readyTimeoutSec }) => ({
      ports: listens.map(({ port }) => port),
      timeoutSec: readyTimeoutSec,
    }),
  }),
});
