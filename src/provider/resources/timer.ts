import { timerSchema } from "../../schemas/timer.ts";
import { defineResource } from "../resource.ts";
import { jobResource } from "./job.ts";

/** Holds a program that the service manager starts at given times. */
export default defineResource(timerSchema, {
  name: ({ name }) => name,
  identify: (name) => ({ name }),
  ...jobResource({
    kind: "timer",
    inputs: timerSchema.inputs,
    expressed: ["hardening", "schedule"],
    define: (host, job) => host.platform.jobs.timer(job),
  }),
});
