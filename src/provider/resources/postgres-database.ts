import { postgresDatabaseSchema } from "../../schemas/postgres-database.ts";
import { HostError } from "../errors.ts";
import { alterDatabase, createDatabase, dropDatabase } from "../platforms/posix/postgres-database.ts";
import type { Failure } from "../platforms/posix/postgres-psql.ts";
import { defineResource } from "../resource.ts";
import { clusterContents, defaultCluster, inCluster, write } from "./postgres-access.ts";

/** Holds a database: that it is there, and whose it is. Never what is in it. */
export default defineResource(postgresDatabaseSchema, {
  name: ({ name }) => name,
  holds: (desired) => [inCluster(desired, `database ${desired.name}`)],
  identify: (name) => ({ ...defaultCluster, name }),

  async observe(host, desired) {
    const { databases } = await clusterContents(host, desired);
    const found = databases.find(({ name }) => name === desired.name);
    if (!found) return undefined;
    const { isTemplate, ...database } = found;
    return database;
  },

  async reconcile(host, desired, observed) {
    const what = `${observed ? "change" : "create"} database ${desired.name}`;
    if (!observed) return write(host, desired, { what, script: createDatabase(desired), advise });

    for (const key of ["encoding", "locale"] as const) {
      if (desired[key] === undefined || desired[key] === observed[key]) continue;
      const differs = `database ${desired.name} exists with ${key} ${observed[key]}, not ${desired[key]}`;
      const declare = `Declare ${key} ${observed[key]}, or ${postgresDatabaseSchema.refuseOn?.[key]}`;
      throw new HostError(
        host.name,
        `${differs}, and PostgreSQL fixes that at creation; nothing was changed. ${declare}`,
      );
    }
    await write(host, desired, { what, script: alterDatabase(desired), advise });
  },

  async remove(host, recorded) {
    if (!recorded.destroyOnDelete) return;
    const { databases } = await clusterContents(host, recorded);
    if (!databases.some(({ name }) => name === recorded.name)) return;
    const what = `drop database ${recorded.name}`;
    await write(host, recorded, { what, script: dropDatabase(recorded.name), advise });
  },

  async list(host) {
    const { databases } = await clusterContents(host, defaultCluster);
    return databases.filter(({ isTemplate }) => !isTemplate).map(({ name }) => name);
  },
});

function advise({ message }: Failure): string | undefined {
  if (message.includes("being accessed by other users")) return "Stop what is connected to it, then run again";
  if (/role ".*" does not exist/.test(message)) return "Declare the owner as a PostgresRole that this depends on";
  return undefined;
}
