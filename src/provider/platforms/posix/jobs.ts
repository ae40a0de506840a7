// The way back of a job that is changed: commands of the helper's library.
import type { Command } from "../../host.ts";
import type { Ready } from "../platform.ts";

/** Exit code of a start that failed, after which the previous job runs again. */
export const WENT_BACK = 78;

/** Keeps what defines a running job, until a start succeeds. @param ready when the previous job counts as up */
export const keepJob = (name: string, ready: Ready | undefined): Command => ({
  argv: ["gw_job_keep", name, ...[ready?.timeoutSec ?? 0, ...(ready?.ports ?? [])].map(String)],
  asked: `keep what defines ${name} before it changes`,
});

/** Keeps what somebody else defined under that name; it comes back when the job is removed. */
export const takeJob = (name: string): Command => ({
  argv: ["gw_job_take", name],
  asked: `keep what defined ${name} before it becomes groundwork's`,
});

/** A start or restart; where it fails, what was kept is put back and started, in the same request. */
export const startJob = (name: string, up: Command): Command => ({ ...up, argv: ["gw_job_up", name, ...up.argv] });

export const putJobBack = (name: string): Command => ({
  argv: ["gw_job_back", name],
  asked: `put back what defined ${name} before`,
});

export const unkeepJob = (name: string): Command => ({
  argv: ["gw_job_unkeep", name],
  asked: `drop what was kept of ${name}`,
});
