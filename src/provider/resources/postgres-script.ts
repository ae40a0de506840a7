import { postgresScriptSchema } from "../../schemas/postgres-script.ts";
import type { Desired } from "../../schemas/resource-schema.ts";
import { HostError, Unobservable } from "../errors.ts";
import type { Host } from "../host.ts";
import { failureOf, noSuchDatabase, psql, unavailable } from "../platforms/posix/postgres-psql.ts";
import { ask, inTransaction } from "../platforms/posix/postgres-script.ts";
import { defineResource } from "../resource.ts";
import { pick, same } from "../values.ts";
import { inCluster, refusalOf, write } from "./postgres-access.ts";

type Script = Desired<typeof postgresScriptSchema>;

/** Runs a script in a database until its check says that all is in place. */
export default defineResource(postgresScriptSchema, {
  name: ({ database, name }) => `${database}/${name}`,
  holds: (desired) => [inCluster(desired, `script ${desired.name} in ${desired.database}`)],
  identify: (name) => {
    throw new Error(
      `postgres-script ${name} cannot be imported: only the program knows its check; declare it, and it is adopted`,
    );
  },

  async observe(host, desired) {
    const { database, name } = desired;
    return (await inPlace(host, desired)) ? { database, name } : undefined;
  },

  async examine(host, desired) {
    const refused = await refusal(host, desired);
    return refused === "" ? [] : [{ severity: "error", property: "database", said: refused }];
  },

  async reconcile(host, desired, observed, recorded) {
    const { database, name, script, variables, role } = desired;
    const said = ["script", "variables", "role"];
    if (observed && (!recorded || same(pick(recorded, said), pick(desired, said)))) return;
    const refused = await refusal(host, desired);
    if (refused !== "") throw new HostError(host.name, refused);
    const what = `run the script ${name} in database ${database}`;
    await write(host, desired, { what, database, long: true, script: inTransaction(script, variables, role) });
  },

  /** What it put in place holds data, perhaps. */
  async remove() {},
});

/** Throws `Unobservable` where the check knows no answer: what keeps it from that may be mended in this run. */
async function inPlace(host: Host, desired: Script): Promise<boolean> {
  const said = (await answerOf(host, desired, "check")) ?? "f";
  if (said === "t" || said === "f") return said === "t";
  throw new Unobservable(
    host.name,
    `the check of the script ${desired.name} answered neither true nor false: ${said || "nothing"}`,
  );
}

/** Why it must not run; empty where it may. */
const refusal = async (host: Host, desired: Script): Promise<string> =>
  (await answerOf(host, desired, "refusal")) ?? "";

/** `undefined` where there is no such query, or no such database yet. Throws `Unobservable` where nobody answers it. */
async function answerOf(host: Host, desired: Script, query: "check" | "refusal"): Promise<string | undefined> {
  const { database, name, variables, role, [query]: text } = desired;
  if (text === undefined) return undefined;
  // A refusal looks at what the role owns: a superuser would run what a view of that name runs.
  const sql = query === "refusal" ? inTransaction(text, variables, role) : ask(text, variables);
  const answer = await host.ask(psql(host.platform.name, desired, sql, { database }));
  const reason = unavailable(answer, desired);
  if (reason) throw new Unobservable(host.name, reason.reason);
  if (noSuchDatabase(answer)) return undefined;
  if (answer.exitCode !== 0) {
    throw new Unobservable(host.name, refusalOf(failureOf(answer), `answer the ${query} of the script ${name}`));
  }
  return answer.stdout.toString("utf8").trim();
}
